package org.rhn4j.tasks.forecast.simple;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/** Minimises a function of a few numbers without derivatives (Nelder and Mead, 1965). */
final class NelderMead {
    private static final double FIRST_STEP = 1;
    private static final double TOLERANCE = 1e-4;

    private NelderMead() {}

    private record Vertex(double[] x, double value) {}

    /**
     * The best point found.
     *
     * @param evaluations how often the function may be asked
     */
    static double[] minimize(ToDoubleFunction<double[]> function, double[] start, int evaluations) {
        int n = start.length;
        if (n == 0) {
            return start;
        }
        Vertex[] simplex = new Vertex[n + 1];
        simplex[0] = vertex(function, start.clone());
        for (int i = 0; i < n; i++) {
            double[] x = start.clone();
            x[i] += FIRST_STEP;
            simplex[i + 1] = vertex(function, x);
        }
        int asked = n + 1;
        Comparator<Vertex> byValue = Comparator.comparingDouble(Vertex::value);
        while (true) {
            Arrays.sort(simplex, byValue);
            double spread = simplex[n].value - simplex[0].value;
            if (asked >= evaluations || spread <= TOLERANCE * Math.abs(simplex[0].value)) {
                return simplex[0].x;
            }
            double[] center = new double[n];
            for (int v = 0; v < n; v++) {
                for (int i = 0; i < n; i++) {
                    center[i] += simplex[v].x[i] / n;
                }
            }
            Vertex reflected = vertex(function, between(center, simplex[n].x, -1));
            asked++;
            if (reflected.value < simplex[0].value) {
                Vertex expanded = vertex(function, between(center, simplex[n].x, -2));
                asked++;
                simplex[n] = expanded.value < reflected.value ? expanded : reflected;
            } else if (reflected.value < simplex[n - 1].value) {
                simplex[n] = reflected;
            } else {
                boolean outside = reflected.value < simplex[n].value;
                Vertex contracted = vertex(function, between(center, simplex[n].x, outside ? -0.5 : 0.5));
                asked++;
                if (contracted.value < Math.min(reflected.value, simplex[n].value)) {
                    simplex[n] = contracted;
                } else {
                    for (int v = 1; v <= n; v++) {
                        simplex[v] = vertex(function, between(simplex[0].x, simplex[v].x, 0.5));
                        asked++;
                    }
                }
            }
        }
    }

    private static Vertex vertex(ToDoubleFunction<double[]> function, double[] x) {
        double value = function.applyAsDouble(x);
        return new Vertex(x, Double.isNaN(value) ? Double.POSITIVE_INFINITY : value);
    }

    private static double[] between(double[] from, double[] to, double share) {
        double[] x = new double[from.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = from[i] + share * (to[i] - from[i]);
        }
        return x;
    }
}

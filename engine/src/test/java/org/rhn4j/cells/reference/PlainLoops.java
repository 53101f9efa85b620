package org.rhn4j.cells.reference;

import java.util.Arrays;
import java.util.Map;

/** The handful of loops that the reference cells share. Matrices are row-major, [rows, columns]. */
final class PlainLoops {
    private PlainLoops() {}

    /** Returns row {@code index} of a tensor whose rows have {@code width} elements. */
    static double[] row(double[] tensor, int index, int width) {
        return Arrays.copyOfRange(tensor, index * width, (index + 1) * width);
    }

    /** Stores {@code values} as row {@code index} of a tensor. */
    static void setRow(double[] tensor, int index, double[] values) {
        System.arraycopy(values, 0, tensor, index * values.length, values.length);
    }

    /** y ← y + x. */
    static void add(double[] x, double[] y) {
        for (int j = 0; j < y.length; j++) {
            y[j] += x[j];
        }
    }

    /** Returns x ⊙ y. */
    static double[] times(double[] x, double[] y) {
        double[] result = new double[x.length];
        for (int j = 0; j < x.length; j++) {
            result[j] = x[j] * y[j];
        }
        return result;
    }

    /** y ← y + M x, with M of shape [y.length, x.length]. */
    static void addProduct(double[] m, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            double sum = 0;
            for (int j = 0; j < x.length; j++) {
                sum += m[i * x.length + j] * x[j];
            }
            y[i] += sum;
        }
    }

    /** Returns Mᵀ y, a vector of {@code columns} elements, with M of shape [y.length, columns]. */
    static double[] transposedProduct(double[] m, double[] y, int columns) {
        double[] x = new double[columns];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < columns; j++) {
                x[j] += m[i * columns + j] * y[i];
            }
        }
        return x;
    }

    /** M ← M + y xᵀ, with M of shape [y.length, x.length]. */
    static void addOuterProduct(double[] y, double[] x, double[] m) {
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                m[i * x.length + j] += y[i] * x[j];
            }
        }
    }

    static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    /** Returns the tensor of that name, which must be there. */
    static double[] tensor(Map<String, double[]> tensors, String name) {
        double[] tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name + " among " + tensors.keySet());
        }
        return tensor;
    }

    /** Checks the length of a tensor that a caller handed over. */
    static void requireLength(String name, double[] tensor, int expected, String shape) {
        if (tensor.length != expected) {
            throw new IllegalArgumentException(
                    "%s has %d elements, but %s needs %d".formatted(name, tensor.length, shape, expected));
        }
    }

    /** Returns how many whole blocks of {@code size} elements {@code length} elements make. */
    static int count(String name, int length, int size, String shape) {
        if (size <= 0 || length % size != 0) {
            throw new IllegalArgumentException(
                    "%s has %d elements, which is no multiple of %s = %d".formatted(name, length, shape, size));
        }
        return length / size;
    }
}

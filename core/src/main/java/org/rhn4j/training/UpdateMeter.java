package org.rhn4j.training;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.NativeMemory;

/** Measures how far one step of the optimiser moves the recurrent layers' weights, on a sample of their rows. */
final class UpdateMeter {
    /** Floats of each matrix that are looked at, at most. */
    private static final int MOST_FLOATS = 16_384;

    private record Row(long offset, int length, float[] before) {}

    private final Parameters parameters;
    private final List<Row> rows = new ArrayList<>();

    UpdateMeter(Parameters parameters) {
        this.parameters = parameters;
        for (Parameters.Parameter parameter : parameters.all()) {
            if (parameter.name().matches("(.*\\.)?layers\\..*") && parameter.shape().length == 2) {
                int columns = parameter.columns();
                int count = Math.clamp(MOST_FLOATS / columns, 1, parameter.rows());
                for (int i = 0; i < count; i++) {
                    int row = (int) ((long) parameter.rows() * i / count);
                    rows.add(new Row(parameter.rowOffset(row), columns, new float[columns]));
                }
            }
        }
    }

    /** Takes down the weights before a step. */
    void remember() {
        for (Row row : rows) {
            NativeMemory.copyOut(parameters.memory().address() + 4 * row.offset, row.before, 0, row.length);
        }
    }

    /** ‖Δw‖ ⁄ ‖w‖ over the sample, w as it was remembered. */
    double ratio() {
        double moved = 0;
        double size = 0;
        for (Row row : rows) {
            long address = parameters.memory().address() + 4 * row.offset;
            for (int j = 0; j < row.length; j++) {
                double w = row.before[j];
                double d = NativeMemory.getFloat(address + 4L * j) - w;
                moved += d * d;
                size += w * w;
            }
        }
        return size > 0 ? Math.sqrt(moved / size) : 0;
    }
}

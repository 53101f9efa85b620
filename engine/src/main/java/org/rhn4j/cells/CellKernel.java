package org.rhn4j.cells;

import org.rhn4j.numbers.Precision;

/**
 * The elementwise part of a cell, on one worker's slice of the units of one micro-layer.
 *
 * <p>The forward pass does not keep activations: it keeps the factors that the backward pass multiplies with, formed
 * in f32 before they are rounded. So the backward pass is a handful of products, and in bf16 a derivative like
 * t (1 − h²) carries one rounding, not three.
 */
interface CellKernel {
    /**
     * One micro-layer forward: reads pre-activations and the state, updates the state in place, and writes the next
     * product's operand, the output, and (in training) the factors.
     */
    void forward(Slice slice);

    /**
     * One micro-layer backward. The gradient of the state after the micro-layer is what was carried (in
     * {@code stateGradient}, where the cell carries its state), plus what came back through the product (masked), plus
     * what the output received; writes the gradients of the pre-activations and leaves in {@code stateGradient}, or of a
     * cell with a memory in {@code memoryGradient}, what is carried on.
     */
    void backward(Slice slice);

    /**
     * Where one worker's slice of one micro-layer lies. All but sizes are addresses, already moved to the worker's
     * first unit; 0 stands for "none". Widths are multiples of 16. Fields are set anew for every micro-layer.
     */
    final class Slice {
        /** Batch rows B. */
        int rows;
        /** Units of this worker, w. */
        int width;
        /** Floats between rows of the arrays over all units. */
        int stride;
        /** Operand elements between rows of {@link #gateGradient}: gates · padded units. */
        int gateStride;
        /** Type of operands and factors. */
        Precision precision = Precision.F32;

        /** Pre-activations [B, gates·w], f32; overwritten. */
        long preActivation;
        /** Biases [gates·w], f32. */
        long bias;
        /** The recurrent product [B, gates·w], f32, not in the pre-activations, of a cell that has it apart; or none. */
        long recurrent;
        /** Its biases [gates·w], f32, or none. */
        long recurrentBias;
        /** Room for {@code 2·w} floats that a kernel may use while it runs. */
        long scratch;
        /** State [B, ·], f32, updated in place. */
        long state;
        /** Memory [B, ·], f32, updated in place; none in a cell without. */
        long memory;
        /** m_s [B, ·], f32; never none in training. */
        long stateMask;
        /** m_u [B, ·], f32; never none in training. */
        long updateMask;
        /** Receives m_s ⊙ s [B, ·] as the operand of the next product. */
        long nextOperand;
        /** Receives s [B, ·] after the last micro-layer, or none. */
        long output;
        /** Receives (forward) or holds (backward) the factors [B, factors·w]; none outside of training. */
        long factors;

        /** Gradient of the state [B, ·], f32, updated in place. */
        long stateGradient;
        /** Gradient of the memory [B, ·], f32, updated in place. */
        long memoryGradient;
        /** What the product of the micro-layer above sent back [B, w], f32, or none. */
        long fromProduct;
        /** Gradient of the output [B, ·], f32, or none. */
        long outputGradient;
        /** Receives the gradients of the pre-activations [B, ·], operand. */
        long gateGradient;
        /** Receives those of the recurrent product, of a cell that has it apart; else the same as {@link #gateGradient}. */
        long recurrentGateGradient;

        private final int gates;
        private final int kept;

        Slice(Cell cell) {
            gates = cell.gates();
            kept = cell.factors();
        }

        /** Lets the kernel run on some of the rows; {@link #deselect} goes back to all. */
        void select(int from, int to) {
            move(from);
            rows = to - from;
        }

        /** Back to all rows after {@link #select}. */
        void deselect(int from, int all) {
            move(-from);
            rows = all;
        }

        /** Moves all that has rows on by some of them. */
        private void move(int by) {
            long unit = 4L * stride * by;
            long operand = (long) precision.bytes() * by;
            preActivation = moved(preActivation, 4L * gates * width * by);
            recurrent = moved(recurrent, 4L * gates * width * by);
            state = moved(state, unit);
            memory = moved(memory, unit);
            stateMask = moved(stateMask, unit);
            updateMask = moved(updateMask, unit);
            nextOperand = moved(nextOperand, operand * stride);
            output = moved(output, unit);
            factors = moved(factors, operand * kept * width);
            stateGradient = moved(stateGradient, unit);
            memoryGradient = moved(memoryGradient, unit);
            fromProduct = moved(fromProduct, 4L * width * by);
            outputGradient = moved(outputGradient, unit);
            gateGradient = moved(gateGradient, operand * gateStride);
            recurrentGateGradient = moved(recurrentGateGradient, operand * gateStride);
        }

        private static long moved(long address, long bytes) {
            return address == 0 ? 0 : address + bytes;
        }
    }
}

package org.rhn4j.store;

/** The element types that are read from a safetensors file, by their names there; all are little-endian. */
public enum DType {
    F64(8, true),
    F32(4, true),
    F16(2, true),
    /** The upper half of an F32. */
    BF16(2, true),
    I64(8, false),
    I32(4, false),
    /** Unsigned. */
    U8(1, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements are floating-point numbers rather than whole ones. */
    public boolean isFloating() {
        return floating;
    }
}

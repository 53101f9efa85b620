package org.rhn4j.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;

class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void writeThenRead_everyWrittenType() {
        float[] floats = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
        new SafetensorsWriter()
                .add("floats", floats, 2, 3)
                .add("doubles", new double[] {Math.PI, Double.MIN_VALUE}, 2)
                .add("longs", new long[] {Long.MIN_VALUE, 3}, 2, 1)
                .add("ints", new int[] {-1, Integer.MAX_VALUE}, 1, 2)
                .add("scalar", new float[] {7})
                .add("nothing", new float[0], 3, 0)
                .metadata("cell", "rhn \"quoted\" ü")
                .metadata("b", "")
                .write(file);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactly("doubles", "longs", "floats", "nothing", "scalar", "ints");
            assertThat(read.metadata()).containsExactly(Map.entry("b", ""), Map.entry("cell", "rhn \"quoted\" ü"));
            assertThat(read.tensor("floats", 2, 3).toFloats()).containsExactly(floats);
            assertThat(read.tensor("floats").toDoubles()).startsWith(1.5, -0.0, Double.NaN);
            assertThat(read.tensor("doubles").toDoubles()).containsExactly(Math.PI, Double.MIN_VALUE);
            assertThat(read.tensor("doubles").toFloats()).containsExactly((float) Math.PI, 0);
            assertThat(read.tensor("longs").toLongs()).containsExactly(Long.MIN_VALUE, 3);
            assertThat(read.tensor("ints").toInts()).containsExactly(-1, Integer.MAX_VALUE);
            assertThat(read.tensor("ints").toFloats()).containsExactly(-1, 0x1p31f);
            assertThat(read.tensor("scalar").shape()).isEmpty();
            assertThat(read.tensor("scalar").toFloats()).containsExactly(7);
            assertThat(read.tensor("nothing").shape()).containsExactly(3, 0);
            assertThat(read.tensor("nothing").toFloats()).isEmpty();
        }
    }

    /** More than a chunk, in rows that do not fit into one a whole number of times. */
    @Test
    void addRows_writesTheBytesOfTheWholeTensor() throws IOException {
        int rows = 700;
        int columns = 523;
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }
        new SafetensorsWriter()
                .add("a", values, rows, columns)
                .add("b", new float[] {1}, 1)
                .write(file);
        byte[] whole = Files.readAllBytes(file);
        MemorySegment memory = MemorySegment.ofArray(values);
        long row = 4L * columns;
        new SafetensorsWriter()
                .addRows("a", new long[] {rows, columns}, i -> memory.asSlice(i * row, row))
                .addRows("b", new long[] {1}, i -> MemorySegment.ofArray(new float[] {1}))
                .write(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            float[] some = new float[5];
            read.tensor("a", rows, columns).copyTo(rows * columns - 5L, MemorySegment.ofArray(some));
            assertThat(some).containsExactly(Arrays.copyOfRange(values, values.length - 5, values.length));
            assertThatThrownBy(() ->
                            read.tensor("a", rows, columns).copyTo(rows * columns - 4L, MemorySegment.ofArray(some)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void addRows_ofAnotherLengthThanTheShapeSays_leavesTheEarlierFile(int floats) throws IOException {
        new SafetensorsWriter().add("a", new float[4], 2, 2).write(file);
        byte[] earlier = Files.readAllBytes(file);
        SafetensorsWriter writer =
                new SafetensorsWriter().addRows("a", new long[] {2, 2}, i -> MemorySegment.ofArray(new float[floats]));
        assertThatThrownBy(() -> writer.write(file))
                .hasMessageContaining("rows of " + 8 * floats + " bytes in all, not 16");
        assertThat(Files.readAllBytes(file)).isEqualTo(earlier);
    }

    @Test
    void write_dataAreAlignedAndBytesDoNotDependOnTheOrder() throws IOException {
        new SafetensorsWriter()
                .add("b", new float[3], 3)
                .add("a", new double[1], 1)
                .write(file);
        byte[] bytes = Files.readAllBytes(file);
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat((header + 8) % 64).isZero();
        assertThat(bytes.length).isEqualTo(8 + (int) header + 20);
        assertThat(new String(bytes, 8, (int) header, UTF_8))
                .startsWith("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]}} ");
        new SafetensorsWriter()
                .add("a", new double[1], 1)
                .add("b", new float[3], 3)
                .write(file);
        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void write_nativeMemoryLargerThanAChunk() {
        int count = 600_001;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, count);
            for (int i = 0; i < count; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
            }
            new SafetensorsWriter()
                    .add("w", DType.F32, new long[] {count}, values)
                    .write(file);
            MemorySegment copy = arena.allocate(ValueLayout.JAVA_FLOAT, count);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                StoredTensor tensor = read.tensor("w");
                tensor.copyTo(copy);
                assertThat(tensor.elementCount()).isEqualTo(count);
                assertThatThrownBy(() -> tensor.copyTo(copy.asSlice(4))).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(copy.mismatch(values)).isEqualTo(-1);
        }
    }

    @Test
    void add_wrongLengthOrNameTaken() {
        SafetensorsWriter writer = new SafetensorsWriter().add("w", new float[2], 2);
        assertThatThrownBy(() -> writer.add("v", new float[3], 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("v", new float[2], -1, -2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("w", new float[2], 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void open_everyReadTypeAtAnOddOffset() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(1 + 4 + 4 + 8 + 8 + 4 + 4).order(ByteOrder.LITTLE_ENDIAN);
        data.put((byte) 200);
        data.putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-65504f));
        data.putShort((short) 0x3fc0).putShort((short) 0xff80);
        data.putDouble(0.1).putLong(1L << 40).putInt(-5).putFloat(2.5f);
        write("""
            {"u8":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
            "f16":{"dtype":"F16","shape":[2],"data_offsets":[1,5]},
            "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[5,9]},
            "f64":{"dtype":"F64","shape":[1],"data_offsets":[9,17]},
            "i64":{"dtype":"I64","shape":[1],"data_offsets":[17,25]},
            "i32":{"dtype":"I32","shape":[1],"data_offsets":[25,29]},
            "f32":{"dtype":"F32","shape":[1],"data_offsets":[29,33]}}\
            """, data.array());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.tensor("u8").toInts()).containsExactly(200);
            assertThat(read.tensor("f16").toFloats()).containsExactly(1.5f, -65504f);
            assertThat(read.tensor("bf16").toFloats()).containsExactly(1.5f, Float.NEGATIVE_INFINITY);
            assertThat(read.tensor("f64").toDoubles()).containsExactly(0.1);
            assertThat(read.tensor("i64").toDoubles()).containsExactly(0x1p40);
            assertThat(read.tensor("i32").toLongs()).containsExactly(-5);
            assertThat(read.tensor("f32").toFloats()).containsExactly(2.5f);
            assertThatThrownBy(() -> read.tensor("i64").toInts())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Tensor i64 holds 1099511627776 at index 0");
            assertThatThrownBy(() -> read.tensor("f32").toInts())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Tensor f32 holds F32 numbers where whole numbers are needed");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                       | 8 bytes at its end belong to no tensor
        {"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}                      | tensor a ends at byte 24 of the data, but only 16 bytes are there
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}                      | 8 bytes before tensor a belong to no tensor
        {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | tensor b overlaps
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}} | tensor b overlaps
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | 4 bytes before tensor b belong to no tensor
        {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}                      | shape [3] needs 12 bytes, but its data_offsets span 16
        {"a":{"dtype":"F64","shape":[4],"data_offsets":[0,16]}}                      | shape [4] needs 32 bytes
        {"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}                  | the shape of tensor a holds -2
        {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}  | impossible shape
        {"a":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}}                    | the shape of tensor a holds 4.0
        {"a":{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}}                    | the shape of tensor a holds "4"
        {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}   | the shape of tensor a holds 99999999999999999999
        {"a":{"dtype":"F32","shape":4,"data_offsets":[0,16]}}                        | tensor a has no shape
        {"a":{"dtype":"F32","data_offsets":[0,16]}}                                  | tensor a has no shape
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}                      | are not a range
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[0]}}                         | are not a range
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}                     | the data_offsets of tensor a holds -16
        {"a":{"dtype":"F32","shape":[4]}}                                            | tensor a has no data_offsets
        {"a":{"shape":[4],"data_offsets":[0,16]}}                                    | tensor a has no dtype
        {"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}                 | tensor a has the element type F8_E4M3, which is not supported; convert it to one of [F64,
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}                | tensor a has the unknown key x
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | the key a is given twice
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"__metadata__":{"x":1}} | the metadata x is not a string
        {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"__metadata__":[]}    | its __metadata__ is not an object
        {"a":7}                                                                      | the entry of tensor a is not an object
        [1]                                                                          | does not start with a brace
        {"a"                                                                         | not valid JSON
        {}{}                                                                         | something follows the end
        {}                                                                           | 16 bytes at its end belong to no tensor
        """)
    void open_wrongHeader(String header, String sentence) throws IOException {
        write(header, new byte[16]);
        assertRefused(sentence);
    }

    @Test
    void open_wrongLength() throws IOException {
        Files.write(file, new byte[0]);
        assertRefused("it is only 0 bytes long");
        Files.write(file, new byte[7]);
        assertRefused("it is only 7 bytes long");
        Files.write(file, new byte[8]);
        assertRefused("does not start with a brace");
        Files.write(file, length(3, 2));
        assertRefused("it announces a header of 3 bytes, but only 2 follow");
        Files.write(file, length(100_000_001, 20));
        assertRefused("a header of 100000001 bytes, more than the format's 100 MB");
        Files.write(file, length(-1, 20));
        assertRefused("a header of 18446744073709551615 bytes");
        Files.write(file, "PK\3\4 a PyTorch file".getBytes(UTF_8));
        assertRefused("is damaged or not a safetensors file");
    }

    @Test
    void open_headerNotUtf8() throws IOException {
        byte[] header = {'{', '"', (byte) 0xc3, '"', '}'};
        ByteBuffer bytes = ByteBuffer.allocate(13).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(5).put(header).array());
        assertRefused("its header is not UTF-8 text");
    }

    @Test
    void open_missingOrFolder() throws IOException {
        assertRefused("does not exist");
        Files.createDirectory(file);
        assertRefused("is a folder");
    }

    @Test
    void open_cutAnywhere() throws IOException {
        byte[] whole = sampleBytes();
        for (int i = 0; i < 50; i++) {
            int length = (int) ((long) i * whole.length / 50);
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused("model.safetensors");
        }
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertRefused("ends at byte");
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertRefused("1 bytes at its end");
    }

    /** Where the damage leaves a file that is still well formed, it is read; what it may not do is break the reader. */
    @Test
    void open_anyBitFlipped() throws IOException {
        byte[] whole = sampleBytes();
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                for (String name : read.names()) {
                    StoredTensor tensor = read.tensor(name);
                    assertThat(tensor.toDoubles()).hasSize((int) tensor.elementCount());
                    assertThat(tensor.toFloats()).hasSize((int) tensor.elementCount());
                }
            } catch (UserError e) {
                refused++;
                assertThat(e).hasMessageContaining("model.safetensors");
            }
        }
        assertThat(refused).isBetween(100, 999);
    }

    @Test
    void tensor_absentOrOfAnotherShape() throws IOException {
        Files.write(file, sampleBytes());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.holds("decoder.bias")).isTrue();
            assertThatThrownBy(() -> read.tensor("decoder.bais"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(
                            "holds no tensor named decoder.bais; the nearest name there is decoder.bias;");
            assertThatThrownBy(() -> read.tensor("decoder.bias", 4, 1))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("tensor decoder.bias has the shape [4] where [4, 1] is needed");
        }
    }

    @Test
    void requireFinite_oneIsNot() {
        float[] values = {1, 2, 3, 4, Float.NaN, 6};
        new SafetensorsWriter()
                .add("w", values, 2, 3)
                .add("big", new double[] {1e300}, 1)
                .add("ids", new long[] {1}, 1)
                .write(file);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> SafetensorsFile.requireFinite(read.tensor("w"), file))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("tensor w holds NaN at index [1, 1]");
            SafetensorsFile.requireFinite(read.tensor("big"), file);
            SafetensorsFile.requireFinite(read.tensor("ids"), file);
        }
    }

    private void assertRefused(String sentence) {
        assertThatThrownBy(() -> SafetensorsFile.open(file).close())
                .isInstanceOf(UserError.class)
                .hasMessageContaining(sentence);
    }

    private byte[] sampleBytes() throws IOException {
        new SafetensorsWriter()
                .add("embedding.weight", new float[12], 4, 3)
                .add("decoder.bias", new float[] {1, 2, 3, 4}, 4)
                .add("steps", new long[] {12}, 1)
                .metadata("format", "rhn4j/1")
                .write(file);
        return Files.readAllBytes(file);
    }

    private void write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(json.length).put(json).put(data).array());
    }

    private static byte[] length(long announced, int following) {
        return ByteBuffer.allocate(8 + following)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(announced)
                .array();
    }
}

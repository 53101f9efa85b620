package org.rhn4j.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.rhn4j.UserError;

/** The SHA-256 of data, by which a model remembers what it was trained on. */
public final class Fingerprint {
    private Fingerprint() {}

    /**
     * The fingerprint of a file's content.
     *
     * @return 64 hexadecimal digits, lower case
     * @throws UserError if the file is missing or cannot be read
     */
    public static String sha256(Path file) {
        FileProblems.requireReadableFile(file);
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int length = stream.read(buffer); length >= 0; length = stream.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The fingerprint of these bytes: 64 hexadecimal digits, lower case. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

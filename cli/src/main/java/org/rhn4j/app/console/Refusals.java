package org.rhn4j.app.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;
import picocli.CommandLine.Model.CommandSpec;

/** Sentences of errors, with the command's options for the settings that mend them. */
public final class Refusals {
    /** Where an option is not called as the library's setting is. */
    private static final Map<String, String> OPTIONS =
            Map.of("sort-rows", "--sort", "row-numbers", "--no-time", "header", "--no-header");

    private Refusals() {}

    /** The error's sentence; options that the command has not got are not advised. */
    public static String sentence(UserError error, CommandSpec command) {
        String message = String.valueOf(error.getMessage());
        List<String> options = new ArrayList<>();
        for (String setting : error.settings()) {
            int blank = setting.indexOf(' ');
            String name = blank < 0 ? setting : setting.substring(0, blank);
            String option = OPTIONS.getOrDefault(name, "--" + name);
            if (command.findOption(option) != null) {
                options.add(blank < 0 ? option : option + setting.substring(blank));
            }
        }
        if (options.isEmpty()) {
            return message;
        }
        String end = message.endsWith(".") || message.endsWith("?") ? message.substring(message.length() - 1) : "";
        return message.substring(0, message.length() - end.length()) + " (" + String.join(" or ", options) + ")"
                + (end.equals("?") ? "?" : ".");
    }
}

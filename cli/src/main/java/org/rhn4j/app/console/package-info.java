/** What people see on a terminal: words, numbers, tables, progress; and how a command ends. */
@NullMarked
package org.rhn4j.app.console;

import org.jspecify.annotations.NullMarked;

/** HTML pages that stand alone, and their texts in two languages. */
@NullMarked
package org.rhn4j.app.pages;

import org.jspecify.annotations.NullMarked;

/**
 * Language models' data: text becomes tokens, tokens become numbers.
 *
 * <p>A {@link org.rhn4j.tasks.text.Corpus} reads text by words or by characters, a
 * {@link org.rhn4j.tasks.text.Vocabulary} numbers its tokens, {@link org.rhn4j.tasks.text.TextSplits} finds the
 * training, validation and test parts, and {@link org.rhn4j.tasks.text.LanguageModelConfiguration} says what network is
 * to be trained on them.
 */
@NullMarked
package org.rhn4j.tasks.text;

import org.jspecify.annotations.NullMarked;

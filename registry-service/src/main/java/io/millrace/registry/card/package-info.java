/**
 * Model cards: what a version is for, what it was made of, how good it is, and where its limits are (Mitchell et al., Model
 * Cards for Model Reporting, 2019). Owns {@code card_revision}; each edition is kept. The keys of the front matter are those
 * of Hugging Face's model cards, so that a card moves both ways.
 */
@NullMarked
package io.millrace.registry.card;

import org.jspecify.annotations.NullMarked;

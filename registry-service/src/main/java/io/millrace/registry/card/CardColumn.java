package io.millrace.registry.card;

/** A column that the model reads. */
record CardColumn(String name, String type, boolean required) {}

package io.millrace.pipeline.step;

import java.util.Locale;

/** The steps in the order in which they are carried out. */
public enum StepName {
    DATA,
    EXPECT,
    SPLIT,
    FEATURES,
    TRAIN,
    EVALUATE,
    GATES,
    REGISTER,
    DEPLOY;

    /** As stored and on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

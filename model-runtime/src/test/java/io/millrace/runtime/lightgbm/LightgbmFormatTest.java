package io.millrace.runtime.lightgbm;

import io.millrace.runtime.tree.FixtureFormatContract;

class LightgbmFormatTest extends FixtureFormatContract {

    LightgbmFormatTest() {
        super(new LightgbmFormat(), "categorical.txt", "booster.txt", 1e-12);
    }
}

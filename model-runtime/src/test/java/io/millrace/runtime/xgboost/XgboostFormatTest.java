package io.millrace.runtime.xgboost;

import io.millrace.runtime.tree.FixtureFormatContract;

class XgboostFormatTest extends FixtureFormatContract {

    XgboostFormatTest() {
        super(new XgboostFormat(), "categorical.ubj", "booster.ubj", 1e-6);
    }
}

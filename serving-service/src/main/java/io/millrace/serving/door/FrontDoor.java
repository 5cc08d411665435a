package io.millrace.serving.door;

import java.util.List;

/** A protocol's paths for predictions; every bean of this type is opened at start. */
public interface FrontDoor {

    /** One path each. */
    List<DoorPath> paths();
}

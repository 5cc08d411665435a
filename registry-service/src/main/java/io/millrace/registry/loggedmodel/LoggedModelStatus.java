package io.millrace.registry.loggedmodel;

/** Whether a logged model's files are all there. */
public enum LoggedModelStatus {
    PENDING,
    READY,
    UPLOAD_FAILED
}

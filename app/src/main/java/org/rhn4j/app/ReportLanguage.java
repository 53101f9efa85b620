package org.rhn4j.app;

/** What a report is written in. */
enum ReportLanguage {
    EN,
    JA;

    /** Its BCP 47 tag. */
    String tag() {
        return this == EN ? "en" : "ja";
    }
}

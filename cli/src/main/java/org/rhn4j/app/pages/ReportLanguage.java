package org.rhn4j.app.pages;

/** What a report is written in. */
public enum ReportLanguage {
    EN,
    JA;

    /** Its BCP 47 tag. */
    public String tag() {
        return this == EN ? "en" : "ja";
    }
}

public import ReleaseModel

/// One thing that happened to who is let in. ``Admissions`` is the fold of these, and nothing else.
public struct AdmissionEntry: Codable, Hashable, Sendable {
    /// When.
    public var at: Timestamp
    /// What.
    public var event: AdmissionEvent

    /// An entry with all its fields.
    public init(at: Timestamp, event: AdmissionEvent) {
        self.at = at
        self.event = event
    }
}

/// What an entry says. Refusals are none: they change nothing.
public enum AdmissionEvent: Codable, Hashable, Sendable {
    /// From now on these cohorts are open, under the terms of these stages, and no others.
    case opened(AdmissionOpenings)
    /// A unit is let in.
    case admitted(unit: AudienceUnit, cohort: Name)
    /// A unit is put at the end of the line.
    case queued(unit: AudienceUnit, cohort: Name)
    /// So many who stand first in the line of a stage are let in.
    case invited(stage: Int, count: Int)
    /// A unit is put out by people. An application takes its accounts with it.
    case removed(unit: AudienceUnit)
    /// It is taken back.
    case restored(unit: AudienceUnit)
}

/// What is open.
public struct AdmissionOpenings: Codable, Hashable, Sendable {
    /// The cohorts, in the order of their names; one that is not there is closed.
    public let cohorts: [Opening]
    /// Whether nobody new is let in: those who are in stay.
    public let isFrozen: Bool

    /// One cohort.
    public struct Opening: Codable, Hashable, Sendable {
        /// Its name.
        public let cohort: Name
        /// The stage whose caps hold, as a place in the plan.
        public let stage: Int
    }

    /// What is open to each cohort.
    public init(_ openings: [Name: CohortOpening], isFrozen: Bool) {
        self.cohorts = openings.map { Opening(cohort: $0.key, stage: $0.value.stage) }.sorted { $0.cohort < $1.cohort }
        self.isFrozen = isFrozen
    }

    enum CodingKeys: String, CodingKey {
        case cohorts
        case isFrozen = "is_frozen"
    }
}

/// Somebody who asks to be let in, as a member of a cohort.
public struct Applicant: Codable, Hashable, Sendable {
    /// What would take a place.
    public var unit: AudienceUnit
    /// The cohort that it belongs to.
    public var cohort: Name

    /// A unit and its cohort.
    public init(_ unit: AudienceUnit, of cohort: Name) {
        self.unit = unit
        self.cohort = cohort
    }
}

/// What was decided about those who asked, and those whose turn has come.
public struct AdmissionRound: Codable, Hashable, Sendable {
    /// Who asked, in the order in which they were heard.
    public var applicants: [Applicant]
    /// What follows from it.
    public var events: [AdmissionEvent]

    /// A round with both its parts.
    public init(applicants: [Applicant], events: [AdmissionEvent]) {
        self.applicants = applicants
        self.events = events
    }
}

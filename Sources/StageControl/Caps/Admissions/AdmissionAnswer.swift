public import ReleaseModel

/// What somebody who asks to be let in is told.
public enum AdmissionAnswer: Hashable, Sendable {
    /// In, now or since before.
    case admitted
    /// In the line; a place below every ceiling is kept.
    case queued(LinePlace)
    /// Not let in, for all of these reasons. Never empty.
    case refused([AdmissionRefusal])
}

/// A place in the line of a stage.
public struct LinePlace: Hashable, Sendable {
    /// How many are let in before, and one: from 1.
    public let place: Int
    /// When the turn comes if the stage goes on as it is; sooner where somebody leaves the line.
    public let due: Timestamp

    /// A place with its turn.
    public init(place: Int, due: Timestamp) {
        self.place = place
        self.due = due
    }
}

/// One reason why somebody is not let in.
public enum AdmissionRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The cohort is not open.
    case cohortNotOpen
    /// Accounts are counted, and the request names none: who is not known cannot be counted.
    case accountMissing
    /// People put the unit out.
    case removed
    /// The release is held: nobody new is let in.
    case frozen
    /// Every place for applications is taken.
    case applications(max: Int)
    /// Every place for people is taken.
    case people(max: Int)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .cohortNotOpen: "cohort_not_open"
        case .accountMissing: "unit_missing"
        case .removed: "removed"
        case .frozen: "release_on_hold"
        case .applications: "applications_cap_reached"
        case .people: "people_cap_reached"
        }
    }

    /// The reason as a sentence for people.
    public var description: String {
        switch self {
        case .cohortNotOpen: "The cohort is not open."
        case .accountMissing: "People are counted here, and the request names no account."
        case .removed: "The access was taken away by people; they can give it back."
        case .frozen: "The release is on hold; nobody new is let in."
        case .applications(let max): "All \(max) places for applications are taken."
        case .people(let max): "All \(max) places for people are taken."
        }
    }
}

/// An answer, and the entries that make it true: none if it is true already.
public struct AdmissionOutcome: Hashable, Sendable {
    /// What is told.
    public let answer: AdmissionAnswer
    /// What is to be appended and then applied, in this order; all or none.
    public let entries: [AdmissionEntry]
}

/// Where a stage stands with its caps.
public struct AdmissionCounts: Hashable, Sendable {
    /// Places for applications that are taken, by who is in, who waits, and who is put out.
    public let applications: Int
    /// Places for people that are taken, where the plan counts people.
    public let people: Int
    /// How many stand in the line.
    public let waiting: Int
    /// How many have been invited in the week of the stage.
    public let invitedThisWeek: Int

    /// Counts of everything.
    public init(applications: Int, people: Int, waiting: Int, invitedThisWeek: Int) {
        self.applications = applications
        self.people = people
        self.waiting = waiting
        self.invitedThisWeek = invitedThisWeek
    }
}

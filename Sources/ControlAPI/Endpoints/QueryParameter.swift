/// Every parameter that may stand behind a path's question mark, and what it must look like.
enum QueryParameter: String, CaseIterable, Hashable, Sendable {
    case after, application, from, grant, index, limit, model, name, object, organisation, person, role, since, until
    case version
    case dryRun = "dry_run"

    /// What it does, for the reference.
    var summary: String {
        switch self {
        case .after: "Begin behind the item with this identifier: the `next` of the page before."
        case .application: "Only what belongs to this application, by identifier or name."
        case .from: "The index of the first entry; 0 if left out."
        case .grant: "Only this grant."
        case .index: "The index of the entry."
        case .limit: "At most so many items, 1 to 200; 50 if left out."
        case .model: "Only what belongs to this model, by identifier or name."
        case .name: "Only the item of exactly this name."
        case .object: "Only entries that name this identifier anywhere."
        case .organisation: "Only what belongs to this organisation, by identifier or name."
        case .person: "Only what belongs to this person."
        case .role: "Only people with this role."
        case .since: "The first day, as in 2027-01-31."
        case .until: "The last day, as in 2027-01-31."
        case .version: "Only what belongs to this version, by identifier or name."
        case .dryRun: "With `true`, only say what would happen, and who would gain or lose access."
        }
    }

    /// Whether it is a whole number.
    var isInteger: Bool {
        switch self {
        case .from, .index, .limit: true
        default: false
        }
    }
}

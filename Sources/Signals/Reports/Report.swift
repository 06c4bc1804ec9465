public import Arms
public import ReleaseModel
public import StageControl

/// The kind of ``ReportID``.
public enum ReportKind: IdentifierKind { public static let prefix = "rpt" }

/// Identifies a report of people, or of a monitor outside.
public typealias ReportID = Identifier<ReportKind>

/// What people or monitors outside say of a release.
///
/// A correction is a report with the same identifier and a higher revision, about the same. It is taken in beside what
/// it corrects: what has counted stays counted in its epoch, at the worst that was ever said. Neither evidence nor a
/// tripwire can be taken back once rules have read it; people who see the correction let the release go on, with new
/// evidence.
public struct Report: Hashable, Sendable {
    /// The identifier.
    public var id: ReportID
    /// 0, and one more with each correction.
    public var revision: Int
    /// The rollout.
    public var rollout: RolloutID
    /// The version that it is about, by its name in the plan; nil if nobody knows.
    public var version: Name?
    /// The request that it is about; nil for an incident that is about none.
    public var request: RequestID?
    /// When it happened.
    public var occurred: Timestamp
    /// When it was reported.
    public var reported: Timestamp
    /// What is said.
    public var content: Content

    /// What a report says.
    public enum Content: Hashable, Sendable {
        /// A filter or monitor marked the request or its answer.
        case flag(category: Name?, severity: Severity?)
        /// A person confirmed that it broke the rules.
        case violation(category: Name?, severity: Severity?)
        /// Harm, with the side that it was traced to; nil if it was not traced.
        case incident(severity: Severity?, category: Name?, attributedTo: Arm?)
        /// What somebody thought of the answer.
        case feedback(Rating)
        /// A known-bad request of a probe set, and whether the monitor saw it in time.
        case probe(set: Name, isSeen: Bool)
        /// Nothing of what was said holds, and why.
        case withdrawn(reason: String)
    }

    /// A report with all its fields.
    public init(
        id: ReportID, revision: Int = 0, rollout: RolloutID, version: Name? = nil, request: RequestID? = nil,
        occurred: Timestamp, reported: Timestamp, content: Content
    ) {
        self.id = id
        self.revision = revision
        self.rollout = rollout
        self.version = version
        self.request = request
        self.occurred = occurred
        self.reported = reported
        self.content = content
    }
}

/// What the access log knows of a request that a report is about.
public struct ExposedRequest: Hashable, Sendable {
    /// The request.
    public var request: RequestID
    /// Where it counts.
    public var key: SignalKey
    /// When it was admitted.
    public var admitted: Timestamp
    /// Whether it is ordinary use. Seeded probes and red teams are not exposure, and what is reported of them counts
    /// for no rate and trips nothing.
    public var isOrganic: Bool

    /// A request with all its fields.
    public init(request: RequestID, key: SignalKey, admitted: Timestamp, isOrganic: Bool = true) {
        self.request = request
        self.key = key
        self.admitted = admitted
        self.isOrganic = isOrganic
    }
}

extension Report.Content {
    /// The side that an incident was traced to.
    var attributedTo: Arm? { if case .incident(_, _, let arm) = self { arm } else { nil } }

    /// Whether a report of this must name a request.
    var needsRequest: Bool {
        switch self {
        case .flag, .violation, .feedback: true
        case .incident, .probe, .withdrawn: false
        }
    }

    /// How bad it is said to be; nil if nobody knows.
    var severity: Severity? {
        switch self {
        case .flag(_, let severity), .violation(_, let severity), .incident(let severity, _, _): severity
        case .feedback, .probe, .withdrawn: nil
        }
    }

    /// Whether it says that somebody was content, more or less: such a report is counted and trips nothing.
    var isContented: Bool { if case .feedback(let rating) = self { rating != .bad } else { false } }

    /// What it is about; nil if nobody knows.
    var category: Name? {
        switch self {
        case .flag(let category, _), .violation(let category, _), .incident(_, let category, _): category
        case .feedback, .probe, .withdrawn: nil
        }
    }

    /// Whether a person has judged it. What a caller can bring about at will is no such thing, and is capped.
    var isJudged: Bool {
        switch self {
        case .violation, .incident: true
        case .flag, .feedback, .probe, .withdrawn: false
        }
    }

    /// Whether it is an event of a source. What is not known of it is taken for the worst.
    func isEvent(of source: MetricSource, servedBy arm: Arm?) -> Bool {
        switch (source, self) {
        case (.incidents(let source), .incident(let severity, _, let attributedTo)):
            severity.map { $0 >= source.minSeverity } ?? true
                && (!source.attributable || (arm ?? attributedTo) != nil)
        case (.gateway(.counter(.flags, let categories)), .flag(let category, _)),
            (.gateway(.counter(.violations, let categories)), .violation(let category, _)):
            categories.isEmpty || category.map { categories.contains($0) } ?? true
        case (.gateway(.counter(.complaints, _)), .feedback(.bad)), (.gateway(.mean(.flaggedShare, _)), .flag),
            (.gateway(.mean(.dissatisfaction, _)), .feedback):
            true
        default: false
        }
    }
}

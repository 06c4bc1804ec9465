public import Arms
public import ReleaseModel

/// Whether a caller is in what is open.
public enum AudienceAnswer: Hashable, Sendable {
    /// The candidate serves, if the caps of the stage have a place for the unit (``Admissions``).
    case candidate(AudiencePlace)
    /// The baseline serves.
    case baseline(BaselineReason)
}

/// As what a caller is in.
public struct AudiencePlace: Hashable, Sendable {
    /// What is counted.
    public let unit: AudienceUnit
    /// The cohort.
    public let cohort: Name
    /// What is open to the cohort.
    public let opening: CohortOpening
}

/// Why a caller is not in.
public enum BaselineReason: Hashable, Sendable, CustomStringConvertible {
    /// The caller belongs to no cohort.
    case noCohort([CohortMiss])
    /// The caller's cohort is not open.
    case cohortNotOpen(Name)
    /// The plan counts accounts, and the request names none that can be counted.
    case unitMissing(Name)
    /// The caller's cohort is open, and the unit lies outside the share of it that is served.
    case outsideShare(Name, Share)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .noCohort: "no_cohort"
        case .cohortNotOpen: "cohort_not_open"
        case .unitMissing: "unit_missing"
        case .outsideShare: "outside_share"
        }
    }

    /// The reason as a sentence for people.
    public var description: String {
        switch self {
        case .noCohort(let misses):
            (["The caller belongs to no cohort of the plan."] + misses.map(\.description)).joined(separator: " ")
        case .cohortNotOpen(let cohort): "\(cohort) is not open."
        case .unitMissing(let cohort): "\(cohort) is let in by accounts, and the request names none."
        case .outsideShare(let cohort, let share): "\(cohort) is open to \(share), and this is none of them."
        }
    }
}

/// Why an audience cannot be made, or a list not be closed.
public enum RolloutAudienceFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The plan names another algorithm.
    case otherAlgorithm(planned: String, found: BucketingAlgorithm)
    /// The seed is not the one that the plan committed to.
    case seed(SeedFault)
    /// The plan has no such lottery, or one with other places or another seed.
    case otherDraw(Name)
    /// A cohort has two draws.
    case drawnTwice(Name)
    /// The plan has no lottery of this name.
    case noLottery(Name)
    /// The list cannot be closed.
    case entrants(LotteryFault)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .otherAlgorithm: "bucketing_algorithm_differs"
        case .seed(let fault): fault.code
        case .otherDraw: "draw_not_planned"
        case .drawnTwice: "drawn_twice"
        case .noLottery: "cohort_not_a_lottery"
        case .entrants(let fault): fault.code
        }
    }

    /// What was found and what to do.
    public var description: String {
        switch self {
        case .otherAlgorithm(let planned, let found):
            "the plan divides by \(planned), and this is \(found.rawValue); take the plan's"
        case .seed(let fault): fault.description
        case .otherDraw(let cohort):
            "the plan has no lottery \(cohort) with these places and this seed; take the draw of this plan"
        case .drawnTwice(let cohort): "\(cohort) was drawn twice; take the draw that was published first"
        case .noLottery(let cohort): "the plan has no lottery \(cohort); name a cohort that is one"
        case .entrants(let fault): fault.description
        }
    }
}

public import ReleaseModel

/// One decision of the rules with everything that went into it: whoever has it and the entries before it can decide
/// again.
public struct DecisionRecord: Codable, Hashable, Sendable {
    /// The form of the record and of the rules that made it.
    public static let format = 1

    /// ``format`` when it was made.
    public var format: Int
    /// SHA-256 over rollout, epoch, tick and the digest of the inputs: a repeated tick has the same.
    public var id: ContentDigest
    /// The rollout.
    public var rollout: RolloutID
    /// The plan's digest.
    public var plan: ContentDigest
    /// The decision's number in the rollout, from 1.
    public var tick: Int
    /// The epoch of evidence.
    public var epoch: Int
    /// The stage that was open; nil if none was.
    public var stage: Int?
    /// What gateways enforced when it was decided.
    public var generation: Int
    /// Everything that was seen.
    public var inputs: Observations
    /// SHA-256 of the canonical JSON of ``inputs``.
    public var inputsDigest: ContentDigest
    /// The error rates of this epoch; nil if none were spent.
    public var shares: ErrorShares?
    /// What the rules made of it.
    public var assessment: Assessment
    /// The closest bounds so far.
    public var bounds: [MetricBounds]
    /// Requests that the stage may have from now on; nil if nothing limits it.
    public var exposureBudget: Int?
    /// The holds and obstacles as sentences.
    public var reasons: [String]

    enum CodingKeys: String, CodingKey {
        case format, id, rollout, plan, tick, epoch, stage, generation, inputs
        case inputsDigest = "inputs_digest"
        case shares, assessment, bounds
        case exposureBudget = "exposure_budget"
        case reasons
    }
}

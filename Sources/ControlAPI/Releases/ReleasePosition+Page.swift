import AccessPolicy
import Arms
import ReleaseModel
import StageControl

extension ReleasePosition {
    /// What gateways are to know of a rollout, with the model that it is of; nil if no stage of it is open.
    ///
    /// Throws if the plan's buckets cannot be made; then the candidate serves nobody.
    init?(
        _ page: RolloutBook.Page, seeds: RolloutSeeds, registry: Registry
    ) throws {
        let (rollout, spec) = (page.rollout, page.rollout.spec)
        guard let stage = rollout.stage, !rollout.enforcement.openings.isEmpty,
            let candidate = registry.version(named: spec.candidate)
        else { return nil }
        let seed = try seeds.seed(of: rollout.id)
        let bucketing: Bucketing =
            switch spec.bucketing.algorithm {
            case .hmac: .hmacSHA256MulShift(seed)
            case .murmurMulshift: .murmur3MulShift(flag: spec.model.text)
            case .murmurModulo: .murmur3Modulo100(group: spec.model.text)
            }
        self.init(
            rollout, candidate: candidate.id, stage: stage,
            audience: try RolloutAudience(of: spec, bucketing: bucketing),
            believedUntil: Timestamp(milliseconds: 0))
    }
}

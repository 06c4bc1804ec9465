import AccessPolicy
import Arms
import ReleaseModel
import StageControl

extension ReleasePosition {
    /// What gateways are to know of a rollout, with the model that it is of; nil if no stage of it is open.
    ///
    /// Throws if the plan's buckets cannot be made; then the candidate serves nobody.
    init?(
        _ page: RolloutBook.Page, seeds: RolloutSeeds, registry: Registry, draws: [LotteryDraw]
    ) throws {
        let (rollout, spec) = (page.rollout, page.rollout.spec)
        guard let stage = rollout.stage, !rollout.enforcement.openings.isEmpty,
            let candidate = registry.version(named: spec.candidate)
        else { return nil }
        let seed = try seeds.seed(of: rollout.id)
        self.init(
            rollout, revision: registry.generation, candidate: candidate.id, stage: stage,
            audience: try RolloutAudience(of: spec, bucketing: spec.bucketing(seed), draws: draws),
            masking: seeds.masking(of: rollout.id))
    }
}

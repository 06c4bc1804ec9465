import StageControl

/// A world in which one safety metric's true rate is another multiple of its bound, and everything else is as supposed.
public struct RehearsalCell: Sendable {
    /// The multiples that are tried.
    public static let multiples = [0.1, 0.3, 1, 3, 10]

    /// The metric, by its place in the plan.
    public let metric: Int
    /// The rate, as it is seen, over the metric's bound.
    public let multiple: Double
    /// The true rate.
    public let rate: Double
    /// The rehearsal in that world.
    public let rehearsal: Rehearsal
}

extension Rehearsal {
    /// The worlds of the grid: each multiple of the bound of each safety metric that has one and that a stage watches.
    public func grid() -> [RehearsalCell] {
        var cells: [RehearsalCell] = []
        for (index, metric) in self.plan.spec.metrics.enumerated() {
            let isWatched = self.plan.spec.stages.contains { $0.analysis.watched.contains(metric.name) }
            guard metric.kind == .safety, isWatched, let bound = metric.bound, bound > 0 else { continue }
            let recall = self.world.metrics[index].recall
            guard recall > 0 else { continue }
            for multiple in RehearsalCell.multiples {
                let rate = min(1, multiple * bound / recall)
                var world = self.world
                world.metrics[index].rates = world.metrics[index].rates.map { _ in rate }
                cells.append(
                    RehearsalCell(
                        metric: index, multiple: multiple, rate: rate, rehearsal: self.supposing(world)))
            }
        }
        return cells
    }
}

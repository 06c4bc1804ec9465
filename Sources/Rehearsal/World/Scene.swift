import ReleaseModel
import StageControl

/// The simulated world of one run at a moment: what has been used, and what of it is known.
///
/// It is a function of the plan, the suppositions, the seed and what the rollout opened, and of nothing else: whoever
/// looks at it more often does not change it. Use comes evenly. It flows while the stage is open and its exposure
/// budget is not used up; how long it has flowed says everything else.
struct Scene: Sendable {
    private let laws: StageLaws
    private let key: UInt64
    /// Milliseconds since 1970.
    private(set) var now: Int64
    /// How many times something opened or closed.
    private var openings: UInt64 = 0
    private(set) var stage: Int?
    /// Milliseconds for which the stage has been used.
    private var flow: Int64 = 0
    /// The flow at which the exposure budget is used up; nil if nothing limits it.
    private var mostFlow: Int64?
    /// The flow from which on metrics count.
    private var countsFrom: Int64 = 0
    private var requestsBefore = 0
    private var uncountedBefore = 0
    private(set) var metrics: [MetricScene]

    init(_ laws: StageLaws, seed: UInt64, now: Int64) {
        (self.laws, self.key, self.now) = (laws, Chance.key(seed, 0x5C3E), now)
        self.metrics = laws.delays.indices.map { MetricScene(laws, metric: $0) }
    }

    // MARK: What is open

    /// Another stage is open from now on. `initialDelay` is that of a stage with which counting begins anew.
    mutating func enter(_ stage: Int?, anew: Bool, initialDelay: Int64) {
        (self.requestsBefore, self.uncountedBefore) = anew ? (0, 0) : (self.requests, self.uncounted)
        self.openings += 1
        (self.stage, self.flow, self.mostFlow) = (stage, 0, nil)
        self.countsFrom = anew ? initialDelay : 0
        guard let stage else { return }
        let (law, key) = (self.laws.stages[stage], Chance.key(self.key, self.openings))
        for (index, metric) in law.metrics.enumerated() {
            self.metrics[index].enter(
                metric, share: law.share, key: Chance.key(key, UInt64(index)), anew: anew)
        }
    }

    /// The requests that the stage may have; nil is without limit.
    mutating func limit(to budget: Int?) {
        guard let budget, let stage, self.laws.stages[stage].requestPace > 0 else {
            self.mostFlow = nil
            return
        }
        let most = Double(budget) / self.laws.stages[stage].requestPace
        self.mostFlow = most < 0x1p52 ? max(self.flow, Int64(most)) : nil
    }

    // MARK: Time

    /// The world at a later moment.
    func moved(to moment: Int64) -> Scene {
        var later = self
        later.move(to: moment)
        return later
    }

    private mutating func move(to moment: Int64) {
        // Before this moment nothing more is asked for.
        for index in self.metrics.indices { self.metrics[index].settle() }
        let began = self.now - self.flow
        if self.stage != nil {
            self.flow += moment - self.now
            if let mostFlow { self.flow = min(self.flow, mostFlow) }
        }
        self.now = moment
        let counted = max(0, self.flow - self.countsFrom)
        for index in self.metrics.indices {
            self.metrics[index].move(toFlow: counted, began: began + self.countsFrom, now: moment)
        }
    }

    /// The moment at which the budget is used up if nothing changes; nil if it is never, or is already.
    var exhausts: Int64? {
        self.mostFlow.flatMap { self.stage != nil && $0 > self.flow ? self.now + ($0 - self.flow) : nil }
    }

    /// Whether the budget is used up.
    var isExhausted: Bool { self.mostFlow.map { self.flow >= $0 } ?? false }

    // MARK: Counts

    /// Requests of the stage.
    var stageRequests: Int {
        guard let stage else { return 0 }
        return Int(Double(self.flow) * self.laws.stages[stage].requestPace)
    }

    /// Requests of the epoch.
    var requests: Int { self.requestsBefore + self.stageRequests }

    /// Those of them that came before metrics counted.
    var uncounted: Int {
        guard let stage else { return self.uncountedBefore }
        return self.uncountedBefore + Int(Double(min(self.flow, self.countsFrom)) * self.laws.stages[stage].requestPace)
    }
}

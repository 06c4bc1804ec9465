import ReleaseModel
import StageControl

/// Looks whether suppositions can be, and are about what a plan has.
struct SuppositionCheck {
    private let metrics: [String]
    private let stages: [String]
    var faults: [RehearsalFault] = []

    init(_ spec: ReleasePlan.Spec) {
        self.metrics = spec.metrics.map(\.name.text)
        self.stages = spec.stages.map(\.name.text)
    }

    /// Notes everything that is wrong.
    mutating func check(_ suppositions: Suppositions) {
        self.check("true-rate", suppositions.trueRates, canHaveStage: true)
        self.check("baseline-rate", suppositions.baselineRates)
        self.check("tripwire-share", suppositions.tripwireShares)
        self.check("recall", suppositions.recalls)
        for use in suppositions.traffic {
            if let stage = use.stage { self.checkStage("traffic", stage) }
            self.check("traffic", use.stage ?? "", use.perDay, "a finite number from 0") { $0 >= 0 && $0 <= 1e12 }
        }
        self.check("clustering", "", suppositions.clustering, "a number from 1 to 1,000,000") { 1...1e6 ~= $0 }
        self.check("delay-factor", "", suppositions.delayFactor, "a number above 0, to 1,000") { $0 > 0 && $0 <= 1e3 }
        let isYear = 0...7_258_118_400_000 ~= suppositions.start.milliseconds
        if !isYear {
            self.faults.append(
                .outOfRange(
                    field: "start", name: "", value: Double(suppositions.start.milliseconds),
                    expected: "a moment of the years 1970 to 2199"))
        }
        self.check("horizon", "", suppositions.horizon.days, "from 1 day to 10 years") { 1...3_660 ~= $0 }
    }

    private mutating func check(_ field: String, _ figures: [Suppositions.Figure], canHaveStage: Bool = false) {
        for figure in figures {
            if !self.metrics.contains(figure.metric) {
                let nearest = Spelling.nearest(to: figure.metric, among: self.metrics)
                self.faults.append(.unknownMetric(field: field, name: figure.metric, nearest: nearest))
            }
            if let stage = figure.stage, canHaveStage { self.checkStage(field, stage) }
            self.check(field, figure.metric, figure.value, "a number from 0 to 1") { 0...1 ~= $0 }
        }
    }

    private mutating func checkStage(_ field: String, _ name: String) {
        guard !self.stages.contains(name) else { return }
        self.faults.append(
            .unknownStage(field: field, name: name, nearest: Spelling.nearest(to: name, among: self.stages)))
    }

    private mutating func check(
        _ field: String, _ name: String, _ value: Double, _ expected: String, _ isSound: (Double) -> Bool
    ) {
        guard !isSound(value) else { return }
        self.faults.append(.outOfRange(field: field, name: name, value: value, expected: expected))
    }
}

import ArgumentParser
import Rehearsal
import ReleaseModel
import StageControl

/// What a rehearsal supposes, as a command is told it.
struct SuppositionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The candidate's true rate of what a metric counts; in one stage behind an @. Else 0.3 of its bound.",
            valueName: "metric[@stage]=rate"), transform: SupposedFigures.option)
    var trueRate: [SupposedFigures] = []
    @Option(
        help: ArgumentHelp("The baseline's rate. Else the candidate's usual one.", valueName: "metric=rate"),
        transform: SupposedFigures.option)
    var baselineRate: [SupposedFigures] = []
    @Option(
        help: ArgumentHelp(
            "The share of a metric's events that its tripwire counts. Else none if it has a condition, or all.",
            valueName: "metric=share"), transform: SupposedFigures.option)
    var tripwireShare: [SupposedFigures] = []
    @Option(
        help: ArgumentHelp(
            "The share of events that a monitor sees whose recall the plan asks for. Else 0.95.",
            valueName: "metric=share"), transform: SupposedFigures.option)
    var recall: [SupposedFigures] = []
    @Option(help: ArgumentHelp("Events that one account brings about together, on average.", valueName: "n"))
    var clustering = 1.0
    @Option(help: ArgumentHelp("How many times as late as the plan says reports are.", valueName: "n"))
    var delayFactor = 1.0
    @Option(
        help: ArgumentHelp("How long people take to sign, such as 2d; at once if not said.", valueName: "time"),
        transform: SupposedTime.option)
    var approvalDelay = TimeSpan.zero
    @Option(
        help: ArgumentHelp(
            "How far a zone of the change windows is from UTC. Else not at all.", valueName: "zone=±hh:mm"),
        transform: SupposedZone.option)
    var zone: [SupposedZone] = []
    @Option(
        help: ArgumentHelp(
            "When the plan is before those who approve. Else a Monday at midnight.", valueName: "moment"),
        transform: Moment.option)
    var start: Timestamp?
    @Option(
        help: ArgumentHelp("For how long a run is followed at the most, such as 400d.", valueName: "time"),
        transform: SupposedTime.option)
    var horizon: TimeSpan?

    /// All of it, with the use that was said to be expected.
    func suppositions(expecting traffic: [ExpectedTraffic]) -> Suppositions {
        var suppositions = Suppositions()
        suppositions.traffic = traffic.map { Suppositions.Use($0.unit, stage: $0.stage?.text, perDay: $0.perDay) }
        suppositions.trueRates = self.trueRate.flatMap(\.figures)
        suppositions.baselineRates = self.baselineRate.flatMap(\.figures)
        suppositions.tripwireShares = self.tripwireShare.flatMap(\.figures)
        suppositions.recalls = self.recall.flatMap(\.figures)
        suppositions.clustering = self.clustering
        suppositions.delayFactor = self.delayFactor
        suppositions.approvalDelay = self.approvalDelay
        suppositions.zones = self.zone.map(\.offset)
        if let start { suppositions.start = start }
        if let horizon { suppositions.horizon = horizon }
        return suppositions
    }
}

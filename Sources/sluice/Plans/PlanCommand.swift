import ArgumentParser

/// Everything about stage plans: they are files until they are proposed, and signed for before they open anything.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", _superCommandName: "sluice",
        abstract: "Write stage plans, check, rehearse, propose and approve them.",
        subcommands: [
            New.self, Lint.self, Show.self, Hash.self, Diff.self, Rehearse.self, Propose.self, Revise.self,
            Approve.self, Fetch.self,
        ])
}

/// A file with a plan, as a command is told it.
struct PlanArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A plan in YAML or JSON; - is standard input.", valueName: "file"))
    var file: String
}

/// How much use to expect, where the plan says something else or nothing.
struct TrafficOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Expect this much use instead of what the plan says, such as 2e6/day, staff=5000/day or downloads:200/day.",
            valueName: "[unit:][stage=]n/day"), transform: ExpectedTraffic.option)
    var traffic: [ExpectedTraffic] = []
}

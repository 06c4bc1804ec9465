import ArgumentParser

/// Everything about stage plans that needs no server: they are files until they are proposed.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", _superCommandName: "sluice",
        abstract: "Write stage plans, check them, and see what they mean, without a server.",
        subcommands: [New.self, Lint.self, Show.self, Hash.self, Diff.self, Rehearse.self])
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

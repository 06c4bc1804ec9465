import ArgumentParser

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", _superCommandName: "sluice",
        abstract: "Read and verify the logs in a data folder, without a server.",
        subcommands: [LogTail.self, LogVerify.self, LogProve.self, LogFsck.self])
}

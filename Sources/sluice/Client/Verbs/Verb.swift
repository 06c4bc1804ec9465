import ArgumentParser
import ReleaseModel

/// A verb that asks a server.
protocol AskingVerb: AsyncParsableCommand {
    var client: ClientOptions { get }
    func ask(_ session: Session) async throws
}

extension AskingVerb {
    func run() async throws {
        try await self.ask(try Session(self.client))
    }
}

/// A verb that gives one command.
protocol GivingVerb: AsyncParsableCommand {
    var giving: GivingOptions { get }
    /// The command; names are resolved by the session.
    func command(_ session: Session) async throws -> Command
}

extension GivingVerb {
    func run() async throws {
        let session = try Session(self.giving.client)
        try await session.give(try await self.command(session), dryRun: self.giving.dryRun)
    }
}

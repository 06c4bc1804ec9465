import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension Sluice {
    /// Runs what the command line says, and ends with the number that ``ExitStatus`` gives to what came of it.
    static func main() async {
        do {
            var command = try Self.parsed(Array(CommandLine.arguments.dropFirst()))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Self.end(with: error)
        }
    }

    /// The command that the arguments say.
    ///
    /// `--version` is an option of some verbs too. The parser takes it for the root's flag if anything else about the
    /// verb is wrong, so what is wrong is then asked of the noun, which has no such flag.
    static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        do {
            return try Self.parseAsRoot(arguments)
        } catch {
            let isVersion =
                Self.exitCode(for: error) == .success && Self.fullMessage(for: error) == Self.configuration.version
            let nouns = Self.configuration.subcommands + Self.configuration.groupedSubcommands.flatMap(\.subcommands)
            guard isVersion, let noun = nouns.first(where: { $0.configuration.commandName == arguments.first }) else {
                throw error
            }
            return try noun.parseAsRoot(Array(arguments.dropFirst()))
        }
    }

    private static func end(with error: any Error) -> Never {
        let code = Self.exitCode(for: error)
        if code == .success {
            Self.exit(withError: error)  // help, the version or completions, on standard output
        }
        if code == .validationFailure {
            Terminal.sayPlainly(Self.fullMessage(for: error))
            endProcess(.usage)
        }
        if !(error is ExitCode) {
            Terminal.sayPlainly("sluice: \(error)")
        }
        endProcess(ExitStatus(of: error))
    }
}

/// Outside the type, whose own `exit` is another.
private func endProcess(_ status: ExitStatus) -> Never {
    exit(status.rawValue)
}

import ArgumentParser
import ReleaseModel
import StrictJSON

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", _superCommandName: "sluice", abstract: "Ask why a request would be let in or refused.",
        subcommands: [Explain.self])

    struct Explain: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Explain step by step what admission would answer. It ends with 0 whatever the answer is.")

        @Option(help: "The name that the request would use: a model's or a version's.") var model: String
        @Option(
            help: ArgumentHelp("The public part of the key that would be used.", valueName: "key-id"))
        var key: String?
        @Option(help: "In place of a key: the application, which is asked with its oldest key that fits.")
        var application: String?
        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("Guarded fields that the request would set, such as logprobs.", valueName: "name"))
        var field: [String] = []
        @Option(help: "By which way.") var modality = Modality.api
        @Option(help: "The region of the gateway.", transform: OptionText.name) var region: Name?
        @OptionGroup var client: ClientOptions

        func validate() throws {
            _ = try self.key.map(OptionText.key)
            guard (self.key == nil) != (self.application == nil) else {
                throw ValidationError("give --key or --application, and not both")
            }
        }

        /// What is asked of the API.
        func question() throws -> JSONValue {
            var members: [String: JSONValue] = [
                "model": .string(self.model), "modality": .string(self.modality.rawValue),
            ]
            members["key"] = try self.key.map { .string(try OptionText.key($0).description) }
            members["application"] = self.application.map { .string($0) }
            members["region"] = self.region.map { .string($0.text) }
            if !self.field.isEmpty { members["fields"] = .array(self.field.map { .string($0) }) }
            return .object(members)
        }

        func ask(_ session: Session) async throws {
            var generator = SystemRandomNumberGenerator()
            let answer = try await session.client.send(
                .post(
                    "/v1/access/explain", [], try self.question(),
                    idempotencyKey: Session.idempotencyKey(using: &generator)))
            switch session.output {
            case .json: session.terminal.line(answer.canonicalText)
            case .table: session.terminal.write(ExplanationText(answer).text)
            }
        }
    }
}

import ArgumentParser
import ReleaseModel
import StrictJSON

struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", _superCommandName: "sluice", abstract: "Look requests up in the access log.",
        subcommands: [Show.self, RequestTail.self])

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say how a request was let in, which version served it and why, and what became of it.",
            discussion: "For auditors, as the access log is. Of requests of unlogged grants nothing can be shown.")

        @Argument(
            help: ArgumentHelp("The request, by the x-request-id of its answer.", valueName: "req_…"),
            transform: OptionText.request)
        var request: RequestID
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let found = try await session.client.send(.get("/v1/requests/\(self.request)"))
            try await session.show(found) {
                let (admission, outcome) = (found["admission"]?["entry"], found["outcome"]?["entry"])
                return [
                    ("request", found.text("id")), ("admitted", admission?.moment("at") ?? ""),
                    ("application", found.text("application")),
                    ("grant", admission?.text("grant") ?? ""), ("key", admission?.text("key") ?? ""),
                    ("model", admission?.text("model") ?? ""), ("version", found.text("version_name")),
                    ("rollout", admission?["placement"]?.text("rollout") ?? ""), ("stage", found.text("stage_name")),
                    ("arm", found.text("arm")), ("outcome", outcome?.text("outcome") ?? "not known"),
                    ("tokens", outcome.map { "\($0.text("input")) in, \($0.text("output")) out" } ?? ""),
                    (
                        "entries",
                        [found["admission"], found["outcome"]].compactMap { $0?.text("index") }
                            .joined(separator: ", ")
                    ),
                ].filter { !$0.value.isEmpty }
                    + (found["reasons"]?.arrayValue ?? []).map { ("why", $0.stringValue ?? "") }
            }
        }
    }
}

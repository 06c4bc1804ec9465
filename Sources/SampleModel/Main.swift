import ArgumentParser

/// `sample-model`: a toy language model behind the interfaces of real ones.
@main
struct SampleModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-model",
        abstract: "A small n-gram language model behind OpenAI- and Anthropic-compatible interfaces.",
        subcommands: [Serve.self])
}

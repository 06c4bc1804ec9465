/// The tokens that an answer cost, as the upstream counts them.
public struct Usage: Hashable, Sendable {
    /// Tokens read: the prompt, with what came from a cache or was written to one.
    public var input: Int
    /// Tokens written, reasoning included, over all choices.
    public var output: Int

    /// A count of both kinds.
    public init(input: Int, output: Int) {
        self.input = input
        self.output = output
    }
}

/// How many tokens a request may use, before anything has counted them.
///
/// The prompt is taken as a token for every four bytes, rounded up: the usual rate for English text in the
/// byte-pair vocabularies of current models, and no more than a guess. Text in other scripts and long numbers can
/// take more, and what was used in truth is settled afterwards. The answer is bounded by the caller's own maximum.
public struct TokenEstimate: Hashable, Sendable {
    /// Bytes of the prompt, as sent.
    public let promptBytes: Int
    /// The most tokens that one choice of the answer may have.
    public let maximumOutput: Int
    /// How many answers were asked for at once (`n`).
    public let choices: Int

    /// Bytes of prompt that are taken for one token.
    public static let bytesPerToken = 4

    /// The three numbers of a request; negative ones count as zero, and fewer than one choice as one.
    public init(promptBytes: Int, maximumOutput: Int, choices: Int = 1) {
        self.promptBytes = max(0, promptBytes)
        self.maximumOutput = max(0, maximumOutput)
        self.choices = max(1, choices)
    }

    /// The tokens to reserve: prompt, and the largest answer for every choice; `Int.max` where that is too large.
    public var reservation: Int {
        let (whole, part) = self.promptBytes.quotientAndRemainder(dividingBy: Self.bytesPerToken)
        let prompt = part == 0 ? whole : whole + 1
        let (output, tooLarge) = self.maximumOutput.multipliedReportingOverflow(by: self.choices)
        let (sum, tooLargeTogether) = prompt.addingReportingOverflow(output)
        return tooLarge || tooLargeTogether ? Int.max : sum
    }
}

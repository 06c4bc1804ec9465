/// A version that the server answers for.
struct ServedModel: Sendable {
    let id: String
    let displayName: String
    /// Seconds since 1970.
    let created: Int64
    /// The same moment by RFC 3339.
    let createdText: String
    /// The temperature of requests that name none.
    let defaultTemperature: Double
    let language: LanguageModel
    /// One request in so many fails, as a bad release does; nil if none does on purpose.
    var failsOnceIn: UInt64?

    /// `aurora-1.0`: looks back two tokens and has read half of the text.
    static func auroraOne() -> ServedModel {
        ServedModel(
            id: "aurora-1.0", displayName: "Aurora 1.0", created: 1_767_225_600, createdText: "2026-01-01T00:00:00Z",
            defaultTemperature: 0.8, language: LanguageModel(order: 3, documents: Corpus.water))
    }

    /// `aurora-2.0`: looks back three tokens, has read all of the text and is a little less adventurous.
    static func auroraTwo() -> ServedModel {
        ServedModel(
            id: "aurora-2.0", displayName: "Aurora 2.0", created: 1_782_864_000, createdText: "2026-07-01T00:00:00Z",
            defaultTemperature: 0.5, language: LanguageModel(order: 4, documents: Corpus.whole))
    }

    /// `aurora-2.1`: as `aurora-2.0`, with a fault that was built in on purpose, so that a release can be seen to fail.
    static func auroraFaulty(_ language: LanguageModel) -> ServedModel {
        ServedModel(
            id: "aurora-2.1", displayName: "Aurora 2.1", created: 1_790_812_800, createdText: "2026-10-01T00:00:00Z",
            defaultTemperature: 0.5, language: language, failsOnceIn: 4)
    }
}

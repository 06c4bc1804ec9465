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
}

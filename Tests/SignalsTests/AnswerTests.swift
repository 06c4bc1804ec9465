import Signals
import Testing

@Suite("An answer")
struct AnswerTests {
    @Test(
        "was declined where its own format says so",
        arguments: [
            (AnswerEnding(.chatCompletions, reason: "content_filter"), Refusal.filtered),
            (AnswerEnding(.chatCompletions, reason: "stop", hasRefusalText: true), .declined),
            (AnswerEnding(.chatCompletions, hasRefusalText: true), .declined),
            (AnswerEnding(.chatCompletions, reason: "content_filter", hasRefusalText: true), .filtered),
            (AnswerEnding(.chatCompletions, reason: "refusal"), .declined),
            (AnswerEnding(.completions, reason: "content_filter"), .filtered),
            (AnswerEnding(.responses, reason: "content_filter"), .filtered),
            (AnswerEnding(.responses, hasRefusalText: true), .declined),
            (AnswerEnding(.messages, reason: "refusal"), .declined),
            (AnswerEnding(.chatCompletions, errorCode: "content_filter"), .filtered),
            (AnswerEnding(.responses, errorCode: "content_policy_violation"), .filtered),
        ])
    func declined(_ ending: AnswerEnding, _ refusal: Refusal) {
        #expect(ending.refusal == refusal)
    }

    @Test(
        "was not declined where it ended as answers do, or in the words of another format",
        arguments: [
            AnswerEnding(.chatCompletions), AnswerEnding(.chatCompletions, reason: "stop"),
            AnswerEnding(.chatCompletions, reason: "length"), AnswerEnding(.chatCompletions, reason: "tool_calls"),
            AnswerEnding(.chatCompletions, reason: "Content_Filter"), AnswerEnding(.completions, reason: "refusal"),
            AnswerEnding(.completions, reason: "stop", hasRefusalText: true),
            AnswerEnding(.responses, reason: "max_output_tokens"), AnswerEnding(.responses, reason: "refusal"),
            AnswerEnding(.messages, reason: "end_turn"), AnswerEnding(.messages, reason: "max_tokens"),
            AnswerEnding(.messages, reason: "content_filter"), AnswerEnding(.messages, reason: "pause_turn"),
            AnswerEnding(.messages, reason: "stop_sequence"), AnswerEnding(.messages, errorCode: "overloaded_error"),
        ])
    func answered(_ ending: AnswerEnding) {
        #expect(ending.refusal == nil)
    }
}

extension ExposureUnit {
    /// The most exposure that one request to the candidate can bring, where these caps hold for those who make it; nil
    /// where requests bound nothing.
    func most(ofRequestUnder caps: some Sequence<StageCaps>) -> Int? {
        switch self {
        // A request is of one account and of one day.
        case .requests, .accountDays: return 1
        case .outputTokens:
            var most = 0
            for caps in caps {
                guard let tokens = caps.outputTokensPerRequest else { return nil }
                most = max(most, tokens)
            }
            return most > 0 ? most : nil
        case .downloads: return nil
        }
    }
}

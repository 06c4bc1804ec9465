import StrictJSON

/// Writes an `ExportTraceServiceRequest`.
enum OTLPTraces {
    static func body(_ spans: [RequestSpan], from resource: OTLPResource) -> [UInt8] {
        let scoped: JSONValue = ["scope": resource.scope, "spans": .array(spans.map(Self.span))]
        let message: JSONValue = [
            "resourceSpans": .array([["resource": resource.value, "scopeSpans": .array([scoped])]])
        ]
        return Array(message.canonicalText.utf8)
    }

    private static func span(_ span: RequestSpan) -> JSONValue {
        let start = UInt64(max(0, span.startedAt)) * 1_000_000
        var members: [String: JSONValue] = [
            "traceId": .string(span.context.trace.description),
            "spanId": .string(span.context.span.hexadecimal),
            "name": .string("\(span.attributes.operation) \(span.attributes.requestModel)"),
            "kind": 2,
            "startTimeUnixNano": .string("\(start)"),
            "endTimeUnixNano": .string("\(start &+ span.duration)"),
            "attributes": .array(Self.attributes(span)),
            "flags": 1,
        ]
        if let parent = span.context.parent { members["parentSpanId"] = .string(parent.hexadecimal) }
        if span.ending != .completed {
            members["status"] = ["code": 2, "message": .string(span.ending.labelValue)]
        }
        if let firstToken = span.firstToken {
            members["events"] = .array([
                ["timeUnixNano": .string("\(start &+ firstToken)"), "name": "sluice.first_token"]
            ])
        }
        return .object(members)
    }

    private static func attributes(_ span: RequestSpan) -> [JSONValue] {
        var all = OTLPResource.texts(SluiceMetrics.genAIAttributes, span.attributes.values)
        all.append(OTLPResource.text("sluice.request.id", span.request))
        all.append(OTLPResource.integer("http.response.status_code", span.status))
        if span.ending != .completed { all.append(OTLPResource.text("error.type", span.ending.labelValue)) }
        if let usage = span.usage {
            all.append(OTLPResource.integer("gen_ai.usage.input_tokens", usage.input))
            all.append(OTLPResource.integer("gen_ai.usage.output_tokens", usage.output))
        }
        return all
    }
}

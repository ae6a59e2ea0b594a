internal import NPUBase
public import NPUServices
public import NPUTransport

/// Has one audio file after another written down, from the first again after the last.
public struct TranscriptionWorkload: Workload {
  private let client: @Sendable (any Transport) -> TranscriptionClient
  private let pattern: TranscriptionRequest
  private let samples: [AudioSample]
  private let streams: Bool
  private let errors: TranscriptErrors
  private let naming: RequestNaming
  private let keepsText: Bool
  /// What examines the transcriptions, beside the timing.
  package var examiner: (any MediaExaminer)?

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Makes the client over the transport of the load.
  ///   - pattern: What every request has in common; its audio is replaced.
  ///   - samples: What is sent, one or more.
  ///   - streams: Whether the responses are asked for as streams.
  ///   - errors: How answers are compared with references.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep what was heard.
  public init(
    client: @escaping @Sendable (any Transport) -> TranscriptionClient, pattern: TranscriptionRequest,
    samples: [AudioSample], streams: Bool = false,
    errors: TranscriptErrors = TranscriptErrors(), naming: RequestNaming = RequestNaming(), keepsText: Bool = false
  ) {
    self.client = client
    self.pattern = pattern
    self.samples = samples
    self.streams = streams
    self.errors = errors
    self.naming = naming
    self.keepsText = keepsText
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let client = self.client(transport)
    return WorkloadTarget(
      model: pattern.model, of: client.service, over: transport,
      endpointType: "asr-\(client.wireProtocol.rawValue)",
      request: client.common(of: pattern, streams: streams, over: transport))
  }

  /// Makes the next request; runs out only of no samples at all.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    guard !samples.isEmpty else { return nil }
    let sample = samples[index % samples.count]
    let name = naming.name(of: index)
    let (client, streams, errors, keepsText) = (client, streams, errors, keepsText)
    let isExamined = examiner != nil
    var request = pattern
    request.audio = sample.input
    let operation = ServiceOperation { [request] transport in
      let response =
        streams
        ? try await client(transport).transcribeStreaming(request, requestID: name)
        : try await client(transport).transcribe(request, requestID: name)
      var measures = response.measures(audio: sample.duration)
      if let reference = sample.reference {
        measures.add(try errors.counts(reference: reference, hypothesis: response.transcription.text))
      }
      var result = OperationResult(
        instants: response.instants, transfer: response.metrics, measures: measures,
        text: keepsText ? response.transcription.text : nil)
      if isExamined { result.media = .transcription(response.transcription.text) }
      return result
    }
    let place = index % samples.count
    var prepared = PreparedRequest(
      operation: operation, requestID: name, requested: RequestedLengths(entry: place + 1))
    prepared.examine(
      by: examiner, ExaminedMediaRequest(index: index, key: String(place), words: sample.reference))
    return prepared
  }

  /// What is sent; who made the samples of files knows more of them.
  public var dataset: DatasetDescription? { DatasetDescription(name: "audio", used: samples.count) }
}

extension TranscriptionClient {
  /// What requests of a pattern have in common.
  func common(of pattern: TranscriptionRequest, streams: Bool, over transport: any Transport) -> [String: JSONValue] {
    var common = pattern
    common.stream = streams ? true : nil
    var members: [String: JSONValue] = [:]
    for (name, values) in Dictionary(grouping: common.fields(wireProtocol), by: \.name) {
      members[name] = values.count == 1 ? .string(values[0].value) : .array(values.map { .string($0.value) })
    }
    return RequestPattern(members, without: ["model"], cleanedBy: Redactor(service, over: transport)).members
  }
}

extension TranscriptionResponse {
  /// What a report says of the response.
  func measures(audio: Duration) -> [Measure: Double] {
    var measures = [Measure: Double].pace(audio: audio, processing: latency)
    if let sent = instants.sent, let first = textInstants.first {
      measures[.timeToFirstText] = sent.duration(to: first).milliseconds
    }
    return measures
  }
}

import ArgumentParser
import Foundation
import HTTPTypes
import NPUMetrics
import NPUTestKit

extension TargetOptions {
  func service(_ address: String) throws -> ServiceConfiguration {
    let secret = ProcessInfo.processInfo.environment[apiKeyVariable].flatMap { $0.isEmpty ? nil : Secret($0) }
    var service = try ServiceConfiguration(address, apiKey: secret)
    service.timeouts = timeouts
    service.connection = freshConnections ? .fresh : .keepAlive
    for header in headers {
      let parts = header.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else {
        throw ValidationError("--header takes \"Name: value\"; the name or the colon is missing.")
      }
      service.headers[name] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return service
  }

  var timeouts: TransferTimeouts {
    TransferTimeouts(
      connect: .seconds(connectTimeout), firstByte: .seconds(firstByteTimeout), idle: .seconds(idleTimeout),
      total: timeout.map { .seconds($0) })
  }

  func transport(_ endpoint: Endpoint) throws -> TransportConfiguration {
    guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key belong together.") }
    var tls = TLSConfiguration(verifiesServer: !insecure, authorityPath: cacert)
    if let cert, let key { tls.clientCertificate = .init(certificatePath: cert, keyPath: key) }
    return endpoint.transportConfiguration(
      TransportConfiguration(tls: tls, proxy: proxy.map { ProxyConfiguration(address: $0) }))
  }

  /// Makes sure that somebody answers, and finds the model if none was named.
  func checkedModel(of service: ServiceConfiguration, _ transport: any Transport) async throws -> String? {
    let health = HealthClient(transport: transport, service: service)
    let report = try await health.check()
    if report.state == .unreachable { throw ServiceError(kind: .transport, message: report.message) }
    if let model { return model }
    return try? await health.models().value?.models.first?.id
  }
}

extension LoadOptions {
  func plan(_ timeouts: TransferTimeouts) throws -> LoadPlan {
    let arrival: LoadPlan.Arrival
    if let requestRate {
      arrival = .openLoop(try ArrivalProcess(rate: requestRate, burstiness: burstiness), maxConcurrency: maxConcurrency)
    } else {
      arrival = .closedLoop(concurrency: maxConcurrency ?? min(16, numPrompts ?? 100))
    }
    let stop: StopCondition
    switch (numPrompts, duration) {
    case (let count?, let seconds?): stop = .whicheverFirst(requests: count, duration: .seconds(seconds))
    case (nil, let seconds?): stop = .duration(.seconds(seconds))
    case (let count, nil): stop = .requests(count ?? 100)
    }
    return try LoadPlan(
      arrival: arrival, rampUp: rampUp.map { .seconds($0) }, warmUp: numWarmups > 0 ? .requests(numWarmups) : .none,
      stop: stop, seed: seed, timeouts: timeouts)
  }
}

extension PromptOptions {
  /// Prompts made before the run are kept; of more than this only some are checked, and they are made as needed.
  private static let checkedPrompts = 5000

  var sampling: SamplingParameters {
    var sampling = SamplingParameters(temperature: temperature, maxTokens: randomOutputLen)
    sampling.ignoreEOS = ignoreEos ?? (datasetName == .random) ? true : nil
    return sampling
  }

  func extraMembers() throws -> [String: JSONValue] {
    guard let extraBody else { return [:] }
    guard case .object(let members) = try? JSONDecoder().decode(JSONValue.self, from: Data(extraBody.utf8)) else {
      throw ValidationError("--extra-body takes a JSON object, such as {\"top_k\": 20}.")
    }
    return members
  }

  func source(
    _ plan: LoadPlan, _ service: ServiceConfiguration, _ transport: any Transport, _ model: String?,
    say: (String) -> Void
  ) async throws -> any PromptSource {
    switch datasetName {
    case .fixed: return PromptList.fixed(prompt)
    case .custom: return try PromptList.jsonLines(path: try path(), shuffledBy: plan.seed)
    case .sharegpt:
      let counter = try await ServiceTokenCounter.find(transport: transport, service: service, model: model)
      return try await PromptList.shareGPT(path: try path(), counter: counter, shuffledBy: plan.seed)
    case .random: break
    }
    let lengths = try RandomPromptLengths(
      input: randomInputLen, output: randomOutputLen, rangeRatio: randomRangeRatio, sharedPrefix: randomPrefixLen)
    guard let counter = try await ServiceTokenCounter.find(transport: transport, service: service, model: model) else {
      say("The service has no tokenizer route: prompt lengths are estimated.")
      return try RandomPromptSource.estimatedWords(lengths, seed: plan.seed)
    }
    let limit = plan.requestLimit ?? .max
    let isSmall = limit <= PromptOptions.checkedPrompts
    let source = try await RandomPromptSource.words(
      lengths, seed: plan.seed, counter: counter, check: isSmall ? .everyPrompt : .none)
    guard isSmall else { return source }
    say("Making \(limit) prompts of \(randomInputLen) tokens, counted by the service's own tokenizer.")
    return try await source.collected(limit)
  }

  private func path() throws -> String {
    guard let datasetPath else { throw ValidationError("--dataset-name \(datasetName) needs --dataset-path FILE.") }
    return datasetPath
  }
}

extension OutputOptions {
  func reportOptions() throws -> LoadReportBuilder.Options {
    var options = LoadReportBuilder.Options()
    if let metricPercentiles { options.percentiles = try VLLMResultOptions.percentiles(metricPercentiles) }
    options.objectives = try slo.map { try ServiceLevelObjective($0) }
    options.goodput = try GoodputObjective.parse(goodput)
    options.dialects = try dialects.map { try Dialect.list($0) } ?? []
    return options
  }

  func resultOptions() throws -> VLLMResultOptions {
    try VLLMResultOptions(
      metrics: percentileMetrics, percentiles: metricPercentiles ?? "99", isDetailed: saveDetailed,
      goodput: try GoodputObjective.parse(goodput))
  }

  func journal(_ description: RunDescription) throws -> JournalWriter? {
    guard let record else { return nil }
    let header = JournalHeader(
      run: description, unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), monotonic: .now,
      tokenStamps: recordTokens == .all ? .all : .none)
    return try JournalWriter(path: record, header: header, replacing: true)
  }

  func metadataEntries() throws -> [String: String] {
    try metadata.reduce(into: [:]) { entries, entry in
      let parts = entry.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw ValidationError("--metadata takes key=value, not \(entry).") }
      entries[String(parts[0])] = String(parts[1])
    }
  }
}

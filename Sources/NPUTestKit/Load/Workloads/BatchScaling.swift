internal import NPUBase
public import NPUServices
internal import NPUTransport

/// What it costs to make several images in one call, against one call for each.
///
/// `ratio = T(n) / (n * T(1))`, with T the median latency of calls that run alone, one after the other. 1 means that a
/// batch saves nothing, less than 1 that it does (1/n would be images for free), more than 1 that calls of one are
/// better. Defined for n of 2 or more. Single calls and batches alternate, so that a service that warms up or slows
/// down does so for both.
public struct BatchScaling: Sendable, Hashable {
  /// Images of one batch.
  public var count: Int
  /// Latencies of calls for one image, in the order of the calls.
  public var single: [Duration]
  /// Latencies of calls for ``count`` images.
  public var batch: [Duration]

  /// Wraps measured latencies.
  public init(count: Int, single: [Duration], batch: [Duration]) {
    self.count = count
    self.single = single
    self.batch = batch
  }

  /// The median latency of a call for one image.
  public var singleMedian: Duration? { Self.median(single) }
  /// The median latency of a call for a batch.
  public var batchMedian: Duration? { Self.median(batch) }

  /// The cost of a batch as a share of that of single calls; `nil` without a latency of both kinds.
  public var ratio: Double? {
    guard count > 1, let one = singleMedian, let many = batchMedian, one > .zero else { return nil }
    return many.seconds / (Double(count) * one.seconds)
  }

  /// Measures a service by alternating calls.
  ///
  /// - Parameters:
  ///   - client: Asks for the images.
  ///   - request: What to ask; its number of images is replaced.
  ///   - count: Images of one batch, 2 or more.
  ///   - rounds: How many pairs of calls.
  /// - Returns: The latencies.
  /// - Throws: ``ServiceError`` of the first call that fails; `unexpectedContent` for a service that ignores the
  ///   number.
  public static func measure(
    _ client: ImageClient, _ request: ImageRequest, count: Int, rounds: Int = 3
  ) async throws -> BatchScaling {
    var scaling = BatchScaling(count: count, single: [], batch: [])
    var client = client
    // A service that ignores the number would seem to make a batch for the price of one image.
    client.checksResponses = true
    for _ in 0..<max(1, rounds) {
      scaling.single.append(try await latency(client, request, 1))
      scaling.batch.append(try await latency(client, request, count))
    }
    return scaling
  }

  private static func latency(_ client: ImageClient, _ request: ImageRequest, _ count: Int) async throws -> Duration {
    var request = request
    request.count = count
    let began = client.transport.now
    let answer = try await client.generate(request)
    return (answer.instants.started ?? began).duration(to: answer.instants.ended ?? client.transport.now)
  }

  private static func median(_ values: [Duration]) -> Duration? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

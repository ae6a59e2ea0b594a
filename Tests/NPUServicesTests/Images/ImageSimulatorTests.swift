import Foundation
import NPUMetrics
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Image client against the simulator")
struct ImageSimulatorTests {
  private static let small = ImageRequest(prompt: "a red rose", width: 64, height: 48, steps: 2, seed: 42)

  @discardableResult
  private func withClient<Result>(
    _ behaviour: Behaviour = Behaviour(), _ wireProtocol: ImageRequest.WireProtocol = .diffusers,
    timeouts: TransferTimeouts = TransferTimeouts(), _ body: (ImageClient, Simulator) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      var service = try ServiceConfiguration(simulator.baseURL)
      service.timeouts = timeouts
      return try await body(ImageClient(transport: transport, service: service, wireProtocol: wireProtocol), simulator)
    }
  }

  @Test("Every form of response gives the images that were asked for", arguments: [1, 3])
  func forms(count: Int) async throws {
    var request = Self.small
    request.count = count
    let images = try await withClient { client, _ in
      let answer = try await client.generate(request)
      #expect(answer.form == (count == 1 ? .file : .json))
      return answer.images.map(\.bytes)
    }
    #expect(images.count == count)
    #expect(Set(images).count == count, "several images of one call are the same")
    for format in [.base64, .file, .url] as [ImageRequest.ResponseFormat] {
      request.responseFormat = format
      let others = try await withClient(Behaviour(), .openAI) { client, _ in
        let answer = try await client.generate(request)
        #expect(answer.form == (format != .file ? .json : count == 1 ? .file : .zip), "\(format)")
        return answer.images.map(\.bytes)
      }
      #expect(others == images, "\(format)")
    }
  }

  @Test("The same seed gives the same image, another seed and no seed another one")
  func seeds() async throws {
    try await withClient { client, _ in
      var request = Self.small
      let first = try await client.generate(request).images[0]
      #expect(try await client.generate(request).images[0] == first)
      request.seed = 43
      #expect(try await client.generate(request).images[0].bytes != first.bytes)
      request.seed = nil
      let free = try await client.generate(request).images[0].bytes
      #expect(try await client.generate(request).images[0].bytes != free)
    }
  }

  @Test("A perturbed service is like the reference, and the less so the more it is perturbed")
  func similarity() async throws {
    func image(_ perturbation: Int) async throws -> PixelImage {
      let behaviour = Behaviour().with { $0.images.perturbation = perturbation }
      return try await withClient(behaviour) { client, _ in
        try await client.generate(Self.small).images[0].decoded().pixels
      }
    }
    let reference = try await image(0)
    let near = try StructuralSimilarity().score(reference, try await image(2)).mean
    let far = try StructuralSimilarity().score(reference, try await image(40)).mean
    #expect(near > 0.95)
    #expect(far < near)
    #expect(far < 0.9)
  }

  @Test("Each fault is a class of its own")
  func faults() async throws {
    let cases: [(Fault, String)] = [
      (.status(503, retryAfter: 2), "http_503"), (.errorFirst, "error_event"),
      (.errorEvent(afterTokens: 0), "http_500"), (.rawTextError(afterTokens: 0), "http_500"),
      (.stall(afterTokens: 0), "first_byte_timeout"), (Fault(.noResponse), "first_byte_timeout"),
      (.reset(afterTokens: 0), "connection_lost"), (.truncate(afterTokens: 0), "truncated_body"),
      (.cutInsideEvent(afterTokens: 0, endsCleanly: true), "damaged_media"), (Fault(.corruptBody), "damaged_media"),
      (Fault(.htmlPage), "wrong_content_type"), (Fault(.emptyBody), "empty_response"),
      (.hugeHeader(bytes: 1 << 20), "header_too_large"),
    ]
    for (fault, name) in cases {
      let behaviour = Behaviour(fault: fault)
      // Short only where a silence is to be noticed: a busy machine makes silences of its own.
      let patience = Duration.seconds(name == "first_byte_timeout" ? 0.3 : 300)
      let timeouts = TransferTimeouts(firstByte: patience, idle: .seconds(300))
      let outcome = try await withClient(behaviour, timeouts: timeouts) { client, _ in
        await client.outcome(of: Self.small)
      }
      guard case .failure(let error as ServiceError) = outcome else {
        Issue.record("\(fault.kind) gave \(outcome)")
        continue
      }
      #expect(error.shortDescription == name, "\(fault.kind): \(error)")
    }
  }

  @Test("What the imitated servers refuse is refused", arguments: ImageRequest.WireProtocol.allCases)
  func refusals(wireProtocol: ImageRequest.WireProtocol) async throws {
    try await withClient(Behaviour(), wireProtocol) { client, _ in
      for request in [ImageRequest(prompt: "a", width: 65, height: 64), ImageRequest(prompt: "a", steps: 0)] {
        var request = request
        request.width = request.width ?? 64
        request.height = request.height ?? 64
        guard case .failure(let error as ServiceError) = await client.outcome(of: request) else {
          Issue.record("\(request) was not refused")
          continue
        }
        #expect(error.status == (wireProtocol == .diffusers ? 500 : 422), "\(error)")
      }
    }
  }

  @Test("A call waits for its turn where the service works on one at a time")
  func queue() async throws {
    // Longer than the test runs: nobody's turn ends before all have come.
    let behaviour = Behaviour().with {
      $0.images.stepLatency = .seconds(600)
      $0.images.concurrency = 1
    }
    try await withClient(behaviour) { client, simulator in
      let calls = (0..<6).map { _ in Task { try await client.generate(Self.small).images.count } }
      let counters = try await simulator.wait { $0.active == 6 && $0.waiting > 4 }
      #expect(counters.waiting == 5)
      for call in calls { call.cancel() }
      for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
      try await simulator.wait { $0.active == 0 }
    }
  }

  @Test("Edits follow from the image and the prompt, variations differ from each other")
  func edits() async throws {
    let image = try ImageFixtures.png(64, 64)
    let other = try ImageFixtures.png(64, 64, gray: 91)
    try await withClient(Behaviour(), .openAI) { client, _ in
      func edit(_ image: [UInt8], _ prompt: String?) async throws -> [UInt8] {
        let request = ImageEditRequest(prompt: prompt, images: [ImageUpload(image)], width: 64, height: 48)
        return try await client.edit(request).images[0].bytes
      }
      let red = try await edit(image, "make it red")
      #expect(try await edit(image, "make it red") == red)
      #expect(try await edit(image, "make it blue") != red)
      #expect(try await edit(other, "make it red") != red)
      let variations = try await client.variations(
        of: ImageVariationRequest(image: ImageUpload(image), count: 3, width: 64, height: 64))
      #expect(Set(variations.images.map(\.bytes)).count == 3)
      for wrong in [(Array("no image".utf8), "red" as String?, 400), (image, nil, 422)] {
        await #expect { try await edit(wrong.0, wrong.1) } throws: { ($0 as? ServiceError)?.status == wrong.2 }
      }
    }
  }

  @Test("Images are written to files while they arrive, or unpacked into them")
  func saving() async throws {
    let folder = try TemporaryFolderOfImages()
    try await withClient { client, _ in
      let files = try await client.save(Self.small, in: folder.path, named: "one")
      #expect(files.map(\.path) == ["\(folder.path)/one.png"])
      let bytes = try Data(contentsOf: URL(filePath: files[0].path))
      #expect(Array(bytes) == (try await client.generate(Self.small).images[0].bytes))
      #expect(files[0].byteCount == bytes.count)
      var several = Self.small
      several.count = 2
      let pair = try await client.save(several, in: folder.path, named: "two")
      #expect(pair.map(\.path) == ["\(folder.path)/two-0.png", "\(folder.path)/two-1.png"])
    }
    let broken = Behaviour(fault: .cutInsideEvent(afterTokens: 0, endsCleanly: true))
    try await withClient(broken) { client, _ in
      await #expect { try await client.save(Self.small, in: folder.path, named: "cut") } throws: {
        ($0 as? ServiceError)?.kind == .damagedMedia
      }
    }
    #expect(try folder.names == ["one.png", "two-0.png", "two-1.png"])
  }
}

/// A new folder that is deleted with this object.
private final class TemporaryFolderOfImages: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "images-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

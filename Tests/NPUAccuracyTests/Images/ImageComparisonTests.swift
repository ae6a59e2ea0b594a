import NPUAccuracy
import NPUBase
import NPUMetrics
import NPUReporting
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Images of two services")
struct ImageComparisonTests {
  private static let asked = ImageCase(id: "a", prompt: "a rose", seed: 1, width: 32, height: 32)

  private static func noise(_ seed: UInt64, _ side: Int = 32) throws -> [UInt8] {
    try TestImage.noise(seed: seed, width: side, height: side).png()
  }

  private func response(_ bytes: [UInt8]?) -> CaseResponse { CaseResponse(file: bytes) }

  /// What is wrong with an image, by the cause that must be named.
  enum Broken: String, CaseIterable, Sendable {
    case blank
    case notPNG = "not_png"
    case unsupportedFormat = "unsupported_format"
    case truncated
    case emptyResponse = "empty_response"
    case http = "http_503"

    var response: CaseResponse {
      get throws {
        switch self {
        case .blank: CaseResponse(file: try TestImage.solid(.black, width: 32, height: 32).png())
        case .notPNG: CaseResponse(file: Array("{}".utf8))
        case .unsupportedFormat: CaseResponse(file: [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 0, count: 40))
        case .truncated: CaseResponse(file: Array(try ImageComparisonTests.noise(1).prefix(200)))
        case .emptyResponse: CaseResponse()
        case .http: CaseResponse(RecordedResponse(error: "http_503: the service is busy"))
        }
      }
    }
  }

  @Test(
    "What the candidate gets wrong counts against it, what the baseline gets wrong is not judged",
    arguments: Broken.allCases)
  func broken(kind: Broken) throws {
    let good = response(try Self.noise(1))
    let bad = try kind.response
    let candidate = ImageCaseComparison(Self.asked, baseline: [good, good], candidate: [bad])
    #expect(candidate.candidateFault?.kind == kind.rawValue)
    #expect(candidate.baselineFault == nil && candidate.scores == nil)
    #expect(candidate.similarity == SimilarityCase(own: [1], candidate: [-.infinity]))
    let baseline = ImageCaseComparison(Self.asked, baseline: [bad, good], candidate: [good])
    #expect(baseline.baselineFault?.kind == kind.rawValue)
    #expect(baseline.similarity == nil)
    let both = ImageCaseComparison(Self.asked, baseline: [bad], candidate: [bad])
    #expect(both.similarity == nil && both.baselineFault?.kind == both.candidateFault?.kind)
  }

  @Test("Sizes that differ are a fault that names both, and images too small for a window are not judged")
  func sizes() throws {
    let compared = ImageCaseComparison(
      Self.asked, baseline: [response(try Self.noise(1))], candidate: [response(try Self.noise(1, 24))])
    #expect(compared.candidateFault?.kind == "shape_mismatch")
    #expect(compared.candidateFault?.message.contains("24x24") == true)
    let tiny = response(try Self.noise(1, 6))
    let small = ImageCaseComparison(Self.asked, baseline: [tiny], candidate: [tiny])
    #expect(small.similarity == nil && small.baselineFault?.kind == "image_too_small")
  }

  @Test("The figures are those of the metrics, and the band is that of the guides")
  func figures() throws {
    let (first, second) = (try Self.noise(1), try Self.noise(2))
    let compared = ImageCaseComparison(Self.asked, baseline: [response(first)], candidate: [response(second)])
    let images = (try PNGImage(decoding: first).pixels, try PNGImage(decoding: second).pixels)
    let scores = try #require(compared.scores)
    #expect(scores.ssim == (try StructuralSimilarity.standard.score(images.0, images.1).mean))
    #expect(scores.ssimGaussian == (try StructuralSimilarity.gaussian.score(images.0, images.1).mean))
    #expect(scores.psnr == (try ImageDifference(images.0, images.1).peakSignalToNoiseRatio))
    #expect(scores.msSSIM == nil && scores.band == .investigate)
    #expect(compared.similarity?.candidate == [try #require(scores.ssim)])
  }

  @Test("A report has the verdict, every case and its reason in every form")
  func report() throws {
    let good = response(try Self.noise(1))
    var cases = (0..<80).map { index in
      var asked = Self.asked
      asked.id = "case \(index)"
      return ImageCaseComparison(asked, baseline: [good, good], candidate: [good])
    }
    let equal = try ImageComparison(baseline: "gpu", candidate: "npu", cases: cases, missing: ["x"])
    #expect(equal.verdict == .same && equal.document.exitStatus == 0)
    #expect(equal.document.notes.contains { $0.contains("x") })
    for index in 0..<20 {
      cases[index] = ImageCaseComparison(
        cases[index].asked, baseline: [good, good], candidate: [try Broken.blank.response])
    }
    let worse = try ImageComparison(baseline: "gpu", candidate: "npu", cases: cases).document
    #expect(worse.verdict == .worse && worse.exitStatus == 1)
    #expect(worse.json["verdict"] == "worse" && worse.json["cases"] == 80 && worse.json["ssim"]?.number == 1)
    #expect(worse.json["exact_match"]?.number == 0.75 && worse.json["normalized_match"] == .null)
    #expect(worse.json["similarity"]?.number == 1 && worse.json["judgement"]?["bad"] == 20)
    #expect(worse.json["flips"] == ["worse": 0, "better": 0, "p_value": .null])
    #expect(worse.json["minimum_detectable_loss"]?.number != nil)
    #expect(worse.json["results"]?.array?.count == 80)
    #expect(worse.json["results"]?[0]?["candidate_fault"]?["kind"] == "blank")
    let text = ComparisonText(worse)
    for form in [text.console, text.markdown, worse.junit] {
      #expect(form.contains("case 3") && form.contains("blank") && form.contains("20 of 80"), "\(form.prefix(2000))")
    }
    #expect(text.console.contains("WORSE:"))
    #expect(worse.junit.contains("failures=\"1\""))
    let none = try ImageComparison(
      baseline: "gpu", candidate: "npu",
      cases: [ImageCaseComparison(Self.asked, baseline: [try Broken.blank.response], candidate: [good])]
    ).document
    #expect(none.verdict == .undecided && none.exitStatus == 2)
  }

  @Test("Heat map and sheet decode again, and show the difference where it is")
  func sheets() throws {
    let white = try TestImage.solid(.white, width: 40, height: 30).pixels
    var samples = white.samples
    for y in 0..<6 { for x in 0..<18 { samples[y * 120 + x] = 0 } }
    let marked = try PixelImage(width: 40, height: 30, channels: 3, samples: samples)
    let folder = try TemporaryFolder()
    let sheets = try ComparisonSheetFolder(folder.file("sheets/deep"))
    try sheets.write(
      Self.asked, [response(try white.pngEncoded())], [response(try marked.pngEncoded())])
    let heat = try PNGImage(decoding: try read(folder, "sheets/deep/a-heat.png")).pixels
    #expect(heat == (try ComparisonSheet.heatMap(white, marked)))
    #expect(heat.samples[0] > 128 && heat.samples.suffix(3) == [0, 0, 0])
    let side = try PNGImage(decoding: try read(folder, "sheets/deep/a-side.png")).pixels
    #expect(side.width == 3 * 40 + 2 * 8 && side.height == 30)
    // The candidate stands in the middle, and begins with the black corner.
    #expect(Array(side.samples[48 * 3..<48 * 3 + 3]) == [0, 0, 0])
    #expect(Array(side.samples[0..<3]) == [255, 255, 255])
  }

  @Test("Images of different sizes stand side by side without a map")
  func unequalSheet() throws {
    let sheet = try ComparisonSheet.sideBySide(
      try TestImage.solid(.black, width: 20, height: 10).pixels,
      try TestImage.solid(.black, width: 10, height: 30).pixels)
    #expect(sheet.width == 38 && sheet.height == 30)
  }

  private func read(_ folder: TemporaryFolder, _ name: String) throws -> [UInt8] {
    try File(readingRegular: folder.file(name)).readAll()
  }

  @Test("A file of cases names the line that is wrong")
  func files() throws {
    let folder = try TemporaryFolder()
    let pattern = ImageCase(id: "", prompt: "", seed: 7, width: 64, height: 32)
    let path = try folder.write(
      "{\"prompt\": \"a\"}\n\n{\"id\": \"x\", \"prompt\": \"b\", \"seed\": 9, \"width\": 8, \"negative_prompt\": \"n\"}\n",
      to: "c.jsonl")
    let cases = try ImageCase.cases(contentsOf: path, pattern: pattern)
    let marked = try folder.write("\u{FEFF}\n\n{\"prompt\": \"a\"}\n", to: "m.jsonl")
    #expect(try ImageCase.cases(contentsOf: marked, pattern: pattern).map(\.id) == ["3"])
    #expect(cases.map(\.id) == ["1", "x"] && cases.map(\.seed) == [7, 9] && cases.map(\.width) == [64, 8])
    #expect(cases.map(\.negativePrompt) == [nil, "n"])
    for (text, line, kind) in [
      ("{\"prompt\": \"a\"}\nnonsense\n", 2, AccuracyError.Kind.malformed), ("{\"id\": 1}\n", 1, .malformed),
      ("{\"id\": 1, \"prompt\": \"a\"}\n{\"id\": \"1\", \"prompt\": \"b\"}", 2, .duplicateCase),
      ("{\"prompt\": \"a\", \"seed\": true}\n", 1, .malformed),
      ("{\"prompt\": \"a\"}\n{\"prompt\": \"b\", \"width\": \"512px\"}\n", 2, .malformed),
      ("{\"prompt\": \"a\", \"height\": 32.5}\n", 1, .malformed),
      ("{\"prompt\": \"a\", \"negative_prompt\": [\"b\"]}\n", 1, .malformed),
    ] {
      let path = try folder.write(text, to: "d.jsonl")
      let error = #expect(throws: AccuracyError.self) { try ImageCase.cases(contentsOf: path, pattern: pattern) }
      #expect(error?.line == line && error?.kind == kind, "\(String(describing: error))")
    }
    #expect(throws: AccuracyError.self) {
      try ImageCase.cases(contentsOf: try folder.write("\n", to: "e.jsonl"), pattern: pattern)
    }
  }

  @Test("Every parameter that is sent is recorded, media by digest, and restored where it can be")
  func parameters() throws {
    let folder = try TemporaryFolder()
    let transport = ScriptedTransport { _ in [] }
    let service = try ServiceConfiguration("http://127.0.0.1:9")
    func recording(_ manifest: RecordingManifest) throws -> Recording {
      let path = folder.file(manifest.kind.rawValue)
      _ = try RecordingWriter(folder: path, manifest: manifest)
      return try Recording(folder: path)
    }
    let images = ImageClient(transport: transport, service: service, wireProtocol: .diffusers)
    var image = ImageRequest(prompt: nil, steps: 4, extras: ["scheduler": "ddim", "strength": 0.5])
    image.guidanceScale = 7
    let plain = try recording(ComparedSide(images: images, pattern: image).manifest)
    #expect(plain.manifest.parameters["extras"] == ["scheduler": "ddim", "strength": 0.5])
    let restored = ImageRequest(commonOf: plain)
    #expect(restored == image)
    image.extras["scheduler"] = "euler"
    #expect(throws: AccuracyError.self) {
      try plain.requireComparable(with: ComparedSide(images: images, pattern: image).manifest)
    }
    // An image is known by its digest, which nobody can send again: to ask without it is refused.
    var controlled = restored
    controlled.controlImage = .bytes([1, 2, 3])
    let manifest = ComparedSide(images: images, pattern: controlled).manifest
    #expect(manifest.parameters["control_image"]?.string?.hasPrefix("sha256:") == true)
    #expect(throws: AccuracyError.self) { try plain.requireComparable(with: manifest) }
    let speech = SpeechRequest(
      text: "", voice: "a", format: .wav, delivery: .bytes, speed: 2, instructions: "slowly", language: "en", seed: 3,
      sampleRate: 16000, extras: ["emotion": "none"])
    let speaks = SpeechClient(transport: transport, service: service)
    let spoken = try recording(ComparedSide(speech: speaks, pattern: speech).manifest)
    #expect(SpeechRequest(commonOf: spoken) == speech)
    let transcription = TranscriptionRequest(
      audio: .bytes([]), language: "en", prompt: "names", responseFormat: .verboseJSON, temperature: 0,
      granularities: [.word], extras: ["hotwords": "npu"])
    let hears = TranscriptionClient(transport: transport, service: service)
    let written = try recording(ComparedSide(transcription: hears, pattern: transcription).manifest)
    #expect(TranscriptionRequest(commonOf: written) == transcription)
  }
}

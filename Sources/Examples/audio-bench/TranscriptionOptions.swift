import ArgumentParser
import ExampleSupport
import Foundation
import NPUDigest
import NPUMetrics
import NPUTestKit
import ToolSupport

/// What is transcribed, and how.
struct TranscriptionOptions: ParsableArguments {
  @Option(
    name: .customLong("audio"), parsing: .upToNextOption,
    help: ArgumentHelp("WAV files to send. Default: generated ones, without words.", valueName: "file"))
  var audio: [String] = []
  @Option(help: ArgumentHelp("Folder whose WAV files to send, in the order of their names.", valueName: "folder"))
  var audioDir: String?
  @Option(help: ArgumentHelp("Length of generated audio.", valueName: "seconds"))
  var audioSeconds = 5.0
  @Option(help: ArgumentHelp("Language that is spoken, such as zh.", valueName: "code"))
  var language: String?
  @Option(help: ArgumentHelp("Form of the response: json, verbose_json, text, srt or vtt.", valueName: "form"))
  var responseFormat: String?
  @Flag(help: "Ask for the transcription in a stream.") var stream = false
  @Option(
    help: ArgumentHelp(
      "Transcription service of a --round-trip, if not --base-url; --endpoint is then for the speech only.",
      valueName: "url"))
  var transcriptionURL: String?
  @Option(help: ArgumentHelp("Transcription model of a --round-trip, if not --model.", valueName: "name"))
  var transcriptionModel: String?
  @Option(help: "How texts are made comparable: auto, english, basic or none. Default: auto.")
  var normalizer: TranscriptErrors.Normalization?
  @Option(help: ArgumentHelp("Highest word error rate that passes, such as 0.1.", valueName: "rate"))
  var maxWer: Double?
}

extension TranscriptionOptions {
  func validate() throws {
    // More than 1 where a text has more words than were said.
    try ValidationError.unless("--max-wer", maxWer, isIn: 0...Double.greatestFiniteMagnitude)
    try ValidationError.unless("--audio-seconds", audioSeconds, isIn: 0.02...3600, unit: "seconds")
  }

  /// The service of transcription, where it is not the one of speech.
  func service(_ target: ServiceOptions) throws -> ServiceConfiguration? {
    try transcriptionURL.map { try target.service($0) }
  }

  func pattern(model: String?) -> TranscriptionRequest {
    TranscriptionRequest(
      audio: .bytes([]), model: model, language: language,
      responseFormat: responseFormat.map { TranscriptionRequest.ResponseFormat(rawValue: $0) })
  }

  /// The audio, and what a report says of it.
  ///
  /// - Parameter flag: The option that needs the words of recordings; `nil` if none does.
  /// - Returns: The samples and their description.
  /// - Throws: What keeps them from being read, or `ValidationError` where the words are needed and missing.
  func samples(comparedBy flag: String?) throws -> ([AudioSample], DatasetDescription) {
    var paths = audio
    var dataset = DatasetDescription(name: "audio", path: audioDir)
    if let audioDir {
      let names = try names(in: audioDir)
      let recordings = names.filter { $0.lowercased().hasSuffix(".wav") }.sorted()
      guard !recordings.isEmpty else { throw ValidationError("\(audioDir) holds no file that ends in .wav.") }
      paths += recordings.map { audioDir + "/" + $0 }
      let others = names.count { !$0.lowercased().hasSuffix(".wav") && !$0.lowercased().hasSuffix(".txt") }
      dataset.entries = paths.count + others
      if others > 0 { dataset.skipped["not ending in .wav"] = others }
    }
    guard !paths.isEmpty else {
      let samples = try made()
      dataset.name = "made audio"
      dataset.used = samples.count
      dataset.settings["seconds"] = audioSeconds
      return (samples, dataset)
    }
    let samples = try paths.map { path in try AudioSample(path: path, reference: ReferenceText.read(beside: path)) }
    if let flag, samples.allSatisfy({ $0.reference?.isEmpty ?? true }) {
      throw ValidationError(
        "\(flag) compares with what is said, but no recording has a text beside it: name that of \(paths[0]) "
          + "\(ReferenceText.path(beside: paths[0]))\(Self.others(paths.count - 1)).")
    }
    dataset.used = samples.count
    dataset.sha256 = try digest(of: paths)
    return (samples, dataset)
  }

  /// The digest of the bytes of all files, one after the other.
  private func digest(of paths: [String]) throws -> String {
    var digest = ContentDigest()
    for path in paths {
      guard let file = FileHandle(forReadingAtPath: path) else { throw Failure.unreadable(path) }
      do {
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { digest.add([UInt8](piece)) }
      } catch { throw Failure.unreadable(path) }
    }
    return digest.text
  }

  private func names(in folder: String) throws -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw ValidationError("\(folder): \(FileReason.of(error)); --audio-dir takes a folder that can be read.")
    }
  }

  /// Ends with status 1 if the error rate is too high, or unknown although it is limited.
  func check(wordErrorRate: Double?) throws {
    guard let maxWer else { return }
    guard let wordErrorRate else {
      Console.note("audio-bench: --max-wer cannot be judged: no response could be compared with a text.")
      throw ExitCode(1)
    }
    guard wordErrorRate > maxWer else { return }
    Console.note("audio-bench: the word error rate is \(wordErrorRate), above the limit of \(maxWer).")
    throw ExitCode(1)
  }

  private func made() throws -> [AudioSample] {
    return try (0..<4 as Range<UInt64>).map { seed in
      let clip = try AudioClip.toneBursts(seed: seed, .seconds(audioSeconds))
      return try AudioSample(wav: try clip.wav(), name: "made-\(seed).wav")
    }
  }

  private static func others(_ count: Int) -> String {
    count == 0 ? "" : ", and so on for \(count) more"
  }
}

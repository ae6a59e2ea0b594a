internal import NPUBase
public import NPUMetrics
public import NPUServices

/// Audio that a load sends, with what must be known of it.
public struct AudioSample: Sendable, Hashable {
  /// The audio.
  public var input: AudioInput
  /// Its length, from the structure of the file.
  public var duration: Duration
  /// What is said in it, where that is known.
  public var reference: String?

  /// Wraps audio whose length is known.
  public init(input: AudioInput, duration: Duration, reference: String? = nil) {
    self.input = input
    self.duration = duration
    self.reference = reference
  }

  /// A WAV file in memory.
  ///
  /// - Throws: `AudioError` if it is none.
  public init(wav bytes: [UInt8], name: String = "audio.wav", reference: String? = nil) throws(AudioError) {
    let files = try WAVFile.files(in: bytes)
    let length = files.reduce(Duration.zero) { $0 + $1.duration }
    self.init(input: .bytes(bytes, fileName: name), duration: length, reference: reference)
  }

  /// A WAV file on disk, of which only the beginning is read: an hour of audio does not have to fit into memory.
  ///
  /// The length is that of the sample data, as far as the file holds it. A further file inside it, beyond the first
  /// mebibyte, is not found.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - reference: What is said in it.
  /// - Throws: ``PromptError`` if the file cannot be read, or is no WAV file: of no other format is the length known.
  public init(path: String, reference: String? = nil) throws(PromptError) {
    var start: [UInt8] = []
    let size: Int
    do throws(FileError) {
      let file = try File(reading: path)
      size = Int(clamping: try file.size)
      _ = try file.read(upTo: 1 << 20, into: &start)
    } catch {
      throw PromptError(error)
    }
    do throws(AudioError) {
      let wave = try WAVFile(start)
      var bytes = wave.dataRange.count
      for notice in wave.notices where start.count < size {
        switch notice {
        case .dataCutShort(let declared, _):
          bytes = min(Int(clamping: declared), size - wave.dataRange.lowerBound)
        case .dataSizePlaceholder: bytes = size - wave.dataRange.lowerBound
        default: break
        }
      }
      let seconds = Double(bytes / wave.format.bytesPerFrame) / Double(wave.format.sampleRate)
      self.init(input: .file(path: path), duration: .seconds(seconds), reference: reference)
    } catch {
      throw PromptError(
        kind: .unreadableFile,
        message: "The length of the audio is not known: \(error.message) Convert it to WAV.", path: path)
    }
  }
}

extension LoadReport {
  /// The headline figures of a speech service, of completed requests.
  ///
  /// - `rtf`: the real-time factor, sum of processing seconds / sum of seconds of audio. Processing is from the start of
  ///   the exchange to the end of the response, upload included; a request counts with both or with neither. The ratio of
  ///   sums and not the mean of ratios: a long file weighs as much as it lasts.
  /// - `rtfx`: its reciprocal.
  /// - `audio_seconds_per_second`: sum of seconds of audio / window. With n requests at one time it can be n times `rtfx`.
  /// - `audio_seconds`: the sum itself.
  /// - `wer`, `cer`: sum of errors / sum of words or characters of the references, after normalisation; only with references.
  /// - `mean_ttfa_ms` and its percentiles stand with the measures.
  ///
  /// Figures without audio or without a reference have no value.
  ///
  /// - Parameter isSpeech: Whether the audio was made by the service. Adds `tts_seconds_per_second_of_speech`, which is the
  ///   same as `rtf`, `mean_time_to_first_audio_ms`, and `underruns_total`, the gaps that listeners would have heard.
  /// - Returns: The figures.
  public func audioFigures(isSpeech: Bool) -> [ServiceFigure] {
    func total(_ measure: Measure) -> Double? { figures(of: measure)?.total }
    func ratio(_ upper: Double?, _ lower: Double?) -> Double? {
      guard let upper, let lower, lower > 0 else { return nil }
      return upper / lower
    }
    let audio = total(.audioSeconds)
    let factor = ratio(total(.processingSeconds), audio)
    var list = [
      ServiceFigure("audio_seconds", "Audio (s)", audio ?? 0),
      ServiceFigure("rtf", "Real-time factor", factor, decimals: 4),
      ServiceFigure("rtfx", "Inverse real-time factor", ratio(1, factor)),
      ServiceFigure("audio_seconds_per_second", "Audio seconds per second", ratio(audio, window.duration)),
    ]
    if isSpeech {
      list += [
        ServiceFigure("tts_seconds_per_second_of_speech", "Seconds per second of speech", factor, decimals: 4),
        ServiceFigure(
          "mean_time_to_first_audio_ms", "Mean time to first audio (ms)", figures(of: .timeToFirstAudio)?.figures.mean),
        ServiceFigure("underruns_total", "Gaps a listener would hear", total(.underruns), decimals: 0),
      ]
    }
    if total(.referenceWords) != nil {
      list += [
        ServiceFigure("wer", "Word error rate", ratio(total(.wordErrors), total(.referenceWords)), decimals: 4),
        ServiceFigure(
          "cer", "Character error rate", ratio(total(.characterErrors), total(.referenceCharacters)), decimals: 4),
      ]
    }
    return list
  }
}

/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["gridwarden"] || ($protobuf.roots["gridwarden"] = {});

export const gridwarden = $root.gridwarden = (() => {

    /**
     * Namespace gridwarden.
     * @exports gridwarden
     * @namespace
     */
    const gridwarden = {};

    gridwarden.sparkplug = (function() {

        /**
         * Namespace sparkplug.
         * @memberof gridwarden
         * @namespace
         */
        const sparkplug = {};

        sparkplug.Payload = (function() {

            /**
             * Properties of a Payload.
             * @typedef {Object} gridwarden.sparkplug.Payload.$Properties
             * @property {number|Long|null} [timestamp] Payload timestamp
             * @property {Array.<gridwarden.sparkplug.Metric.$Properties>|null} [metrics] Payload metrics
             * @property {number|Long|null} [seq] Payload seq
             * @property {string|null} [uuid] Payload uuid
             * @property {Uint8Array|null} [body] Payload body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Payload.
             * @memberof gridwarden.sparkplug
             * @interface IPayload
             * @augments gridwarden.sparkplug.Payload.$Properties
             * @deprecated Use gridwarden.sparkplug.Payload.$Properties instead.
             */

            /**
             * Shape of a Payload.
             * @typedef {{
             *   timestamp?: number|Long|null;
             *   metrics?: Array.<gridwarden.sparkplug.Metric.$Shape>|null;
             *   seq?: number|Long|null;
             *   uuid?: string|null;
             *   body?: Uint8Array|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} gridwarden.sparkplug.Payload.$Shape
             */

            /**
             * Constructs a new Payload.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a Payload.
             * @constructor
             * @param {gridwarden.sparkplug.Payload.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Payload = function (properties) {
                this.metrics = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Payload timestamp.
             * @member {number|Long} timestamp
             * @memberof gridwarden.sparkplug.Payload
             * @instance
             */
            Payload.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Payload metrics.
             * @member {Array.<gridwarden.sparkplug.Metric.$Properties>} metrics
             * @memberof gridwarden.sparkplug.Payload
             * @instance
             */
            Payload.prototype.metrics = $util.emptyArray;

            /**
             * Payload seq.
             * @member {number|Long} seq
             * @memberof gridwarden.sparkplug.Payload
             * @instance
             */
            Payload.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Payload uuid.
             * @member {string} uuid
             * @memberof gridwarden.sparkplug.Payload
             * @instance
             */
            Payload.prototype.uuid = "";

            /**
             * Payload body.
             * @member {Uint8Array} body
             * @memberof gridwarden.sparkplug.Payload
             * @instance
             */
            Payload.prototype.body = $util.newBuffer([]);

            /**
             * Encodes the specified Payload message. Does not implicitly {@link gridwarden.sparkplug.Payload.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.Payload
             * @static
             * @param {gridwarden.sparkplug.Payload.$Properties} message Payload message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Payload.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.timestamp);
                if (message.metrics != null && message.metrics.length)
                    for (let i = 0; i < message.metrics.length; ++i)
                        $root.gridwarden.sparkplug.Metric.encode(message.metrics[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.seq);
                if (message.uuid != null && $Object.hasOwnProperty.call(message, "uuid"))
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.uuid);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                    writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.body);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Payload message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.Payload
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Payload & gridwarden.sparkplug.Payload.$Shape} Payload
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Payload.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.Payload();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.timestamp = reader.uint64();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.metrics && message.metrics.length))
                                message.metrics = [];
                            message.metrics.push($root.gridwarden.sparkplug.Metric.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.seq = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.uuid = reader.string();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.body = reader.bytes();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Payload;
        })();

        sparkplug.Metric = (function() {

            /**
             * Properties of a Metric.
             * @typedef {Object} gridwarden.sparkplug.Metric.$Properties
             * @property {string|null} [name] Metric name
             * @property {number|Long|null} [alias] Metric alias
             * @property {number|Long|null} [timestamp] Metric timestamp
             * @property {number|null} [datatype] Metric datatype
             * @property {boolean|null} [isHistorical] Metric isHistorical
             * @property {boolean|null} [isTransient] Metric isTransient
             * @property {boolean|null} [isNull] Metric isNull
             * @property {gridwarden.sparkplug.MetaData.$Properties|null} [metadata] Metric metadata
             * @property {gridwarden.sparkplug.PropertySet.$Properties|null} [properties] Metric properties
             * @property {number|null} [intValue] Metric intValue
             * @property {number|Long|null} [longValue] Metric longValue
             * @property {number|null} [floatValue] Metric floatValue
             * @property {number|null} [doubleValue] Metric doubleValue
             * @property {boolean|null} [booleanValue] Metric booleanValue
             * @property {string|null} [stringValue] Metric stringValue
             * @property {Uint8Array|null} [bytesValue] Metric bytesValue
             * @property {gridwarden.sparkplug.DataSet.$Properties|null} [datasetValue] Metric datasetValue
             * @property {gridwarden.sparkplug.Template.$Properties|null} [templateValue] Metric templateValue
             * @property {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue"} [value] Metric value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Metric.
             * @memberof gridwarden.sparkplug
             * @interface IMetric
             * @augments gridwarden.sparkplug.Metric.$Properties
             * @deprecated Use gridwarden.sparkplug.Metric.$Properties instead.
             */

            /**
             * Narrowed shape of a Metric.
             * @typedef {{
             *   name?: string|null;
             *   alias?: number|Long|null;
             *   timestamp?: number|Long|null;
             *   datatype?: number|null;
             *   isHistorical?: boolean|null;
             *   isTransient?: boolean|null;
             *   isNull?: boolean|null;
             *   metadata?: gridwarden.sparkplug.MetaData.$Shape|null;
             *   properties?: gridwarden.sparkplug.PropertySet.$Shape|null;
             *   intValue?: number|null;
             *   longValue?: number|Long|null;
             *   floatValue?: number|null;
             *   doubleValue?: number|null;
             *   booleanValue?: boolean|null;
             *   stringValue?: string|null;
             *   bytesValue?: Uint8Array|null;
             *   datasetValue?: gridwarden.sparkplug.DataSet.$Shape|null;
             *   templateValue?: gridwarden.sparkplug.Template.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "bytesValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue: Uint8Array; datasetValue?: null; templateValue?: null }|{ value?: "datasetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue: gridwarden.sparkplug.DataSet.$Shape; templateValue?: null }|{ value?: "templateValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue: gridwarden.sparkplug.Template.$Shape })
             * )} gridwarden.sparkplug.Metric.$Shape
             */

            /**
             * Constructs a new Metric.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a Metric.
             * @constructor
             * @param {gridwarden.sparkplug.Metric.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Metric = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Metric name.
             * @member {string} name
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.name = "";

            /**
             * Metric alias.
             * @member {number|Long} alias
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.alias = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Metric timestamp.
             * @member {number|Long} timestamp
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Metric datatype.
             * @member {number} datatype
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.datatype = 0;

            /**
             * Metric isHistorical.
             * @member {boolean} isHistorical
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.isHistorical = false;

            /**
             * Metric isTransient.
             * @member {boolean} isTransient
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.isTransient = false;

            /**
             * Metric isNull.
             * @member {boolean} isNull
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.isNull = false;

            /**
             * Metric metadata.
             * @member {gridwarden.sparkplug.MetaData.$Properties|null|undefined} metadata
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.metadata = null;

            /**
             * Metric properties.
             * @member {gridwarden.sparkplug.PropertySet.$Properties|null|undefined} properties
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.properties = null;

            /**
             * Metric intValue.
             * @member {number|null|undefined} intValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.intValue = null;

            /**
             * Metric longValue.
             * @member {number|Long|null|undefined} longValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.longValue = null;

            /**
             * Metric floatValue.
             * @member {number|null|undefined} floatValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.floatValue = null;

            /**
             * Metric doubleValue.
             * @member {number|null|undefined} doubleValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.doubleValue = null;

            /**
             * Metric booleanValue.
             * @member {boolean|null|undefined} booleanValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.booleanValue = null;

            /**
             * Metric stringValue.
             * @member {string|null|undefined} stringValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.stringValue = null;

            /**
             * Metric bytesValue.
             * @member {Uint8Array|null|undefined} bytesValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.bytesValue = null;

            /**
             * Metric datasetValue.
             * @member {gridwarden.sparkplug.DataSet.$Properties|null|undefined} datasetValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.datasetValue = null;

            /**
             * Metric templateValue.
             * @member {gridwarden.sparkplug.Template.$Properties|null|undefined} templateValue
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            Metric.prototype.templateValue = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Metric value.
             * @member {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue"|undefined} value
             * @memberof gridwarden.sparkplug.Metric
             * @instance
             */
            $Object.defineProperty(Metric.prototype, "value", {
                get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue", "bytesValue", "datasetValue", "templateValue"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Metric message. Does not implicitly {@link gridwarden.sparkplug.Metric.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.Metric
             * @static
             * @param {gridwarden.sparkplug.Metric.$Properties} message Metric message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Metric.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.alias != null && $Object.hasOwnProperty.call(message, "alias"))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.alias);
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.timestamp);
                if (message.datatype != null && $Object.hasOwnProperty.call(message, "datatype"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.datatype);
                if (message.isHistorical != null && $Object.hasOwnProperty.call(message, "isHistorical"))
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.isHistorical);
                if (message.isTransient != null && $Object.hasOwnProperty.call(message, "isTransient"))
                    writer.uint32(/* id 6, wireType 0 =*/48).bool(message.isTransient);
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.isNull);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    $root.gridwarden.sparkplug.MetaData.encode(message.metadata, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.properties != null && $Object.hasOwnProperty.call(message, "properties"))
                    $root.gridwarden.sparkplug.PropertySet.encode(message.properties, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.intValue);
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                    writer.uint32(/* id 11, wireType 0 =*/88).uint64(message.longValue);
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                    writer.uint32(/* id 12, wireType 5 =*/101).float(message.floatValue);
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                    writer.uint32(/* id 13, wireType 1 =*/105).double(message.doubleValue);
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                    writer.uint32(/* id 14, wireType 0 =*/112).bool(message.booleanValue);
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                    writer.uint32(/* id 15, wireType 2 =*/122).string(message.stringValue);
                if (message.bytesValue != null && $Object.hasOwnProperty.call(message, "bytesValue"))
                    writer.uint32(/* id 16, wireType 2 =*/130).bytes(message.bytesValue);
                if (message.datasetValue != null && $Object.hasOwnProperty.call(message, "datasetValue"))
                    $root.gridwarden.sparkplug.DataSet.encode(message.datasetValue, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.templateValue != null && $Object.hasOwnProperty.call(message, "templateValue"))
                    $root.gridwarden.sparkplug.Template.encode(message.templateValue, writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Metric message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.Metric
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Metric & gridwarden.sparkplug.Metric.$Shape} Metric
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Metric.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.Metric();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.name = reader.string();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.alias = reader.uint64();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.timestamp = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.datatype = reader.uint32();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.isHistorical = reader.bool();
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.isTransient = reader.bool();
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.isNull = reader.bool();
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.metadata = $root.gridwarden.sparkplug.MetaData.decode(reader, reader.size(), $undefined, _depth + 1, message.metadata);
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.properties = $root.gridwarden.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1, message.properties);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            message.intValue = reader.uint32();
                            message.value = "intValue";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            message.longValue = reader.uint64();
                            message.value = "longValue";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 5)
                                break;
                            message.floatValue = reader.float();
                            message.value = "floatValue";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 1)
                                break;
                            message.doubleValue = reader.double();
                            message.value = "doubleValue";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            message.booleanValue = reader.bool();
                            message.value = "booleanValue";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.stringValue = reader.string();
                            message.value = "stringValue";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.bytesValue = reader.bytes();
                            message.value = "bytesValue";
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.datasetValue = $root.gridwarden.sparkplug.DataSet.decode(reader, reader.size(), $undefined, _depth + 1, message.datasetValue);
                            message.value = "datasetValue";
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            message.templateValue = $root.gridwarden.sparkplug.Template.decode(reader, reader.size(), $undefined, _depth + 1, message.templateValue);
                            message.value = "templateValue";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Metric;
        })();

        sparkplug.MetaData = (function() {

            /**
             * Properties of a MetaData.
             * @typedef {Object} gridwarden.sparkplug.MetaData.$Properties
             * @property {boolean|null} [isMultiPart] MetaData isMultiPart
             * @property {string|null} [contentType] MetaData contentType
             * @property {number|Long|null} [size] MetaData size
             * @property {number|Long|null} [seq] MetaData seq
             * @property {string|null} [fileName] MetaData fileName
             * @property {string|null} [fileType] MetaData fileType
             * @property {string|null} [md5] MetaData md5
             * @property {string|null} [description] MetaData description
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetaData.
             * @memberof gridwarden.sparkplug
             * @interface IMetaData
             * @augments gridwarden.sparkplug.MetaData.$Properties
             * @deprecated Use gridwarden.sparkplug.MetaData.$Properties instead.
             */

            /**
             * Shape of a MetaData.
             * @typedef {gridwarden.sparkplug.MetaData.$Properties} gridwarden.sparkplug.MetaData.$Shape
             */

            /**
             * Constructs a new MetaData.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a MetaData.
             * @constructor
             * @param {gridwarden.sparkplug.MetaData.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetaData = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetaData isMultiPart.
             * @member {boolean} isMultiPart
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.isMultiPart = false;

            /**
             * MetaData contentType.
             * @member {string} contentType
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.contentType = "";

            /**
             * MetaData size.
             * @member {number|Long} size
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MetaData seq.
             * @member {number|Long} seq
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MetaData fileName.
             * @member {string} fileName
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.fileName = "";

            /**
             * MetaData fileType.
             * @member {string} fileType
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.fileType = "";

            /**
             * MetaData md5.
             * @member {string} md5
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.md5 = "";

            /**
             * MetaData description.
             * @member {string} description
             * @memberof gridwarden.sparkplug.MetaData
             * @instance
             */
            MetaData.prototype.description = "";

            /**
             * Encodes the specified MetaData message. Does not implicitly {@link gridwarden.sparkplug.MetaData.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.MetaData
             * @static
             * @param {gridwarden.sparkplug.MetaData.$Properties} message MetaData message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetaData.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.isMultiPart != null && $Object.hasOwnProperty.call(message, "isMultiPart"))
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.isMultiPart);
                if (message.contentType != null && $Object.hasOwnProperty.call(message, "contentType"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.contentType);
                if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.size);
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.seq);
                if (message.fileName != null && $Object.hasOwnProperty.call(message, "fileName"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.fileName);
                if (message.fileType != null && $Object.hasOwnProperty.call(message, "fileType"))
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.fileType);
                if (message.md5 != null && $Object.hasOwnProperty.call(message, "md5"))
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.md5);
                if (message.description != null && $Object.hasOwnProperty.call(message, "description"))
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.description);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetaData message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.MetaData
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.MetaData & gridwarden.sparkplug.MetaData.$Shape} MetaData
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetaData.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.MetaData();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.isMultiPart = reader.bool();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.contentType = reader.string();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.size = reader.uint64();
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.seq = reader.uint64();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.fileName = reader.string();
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.fileType = reader.string();
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.md5 = reader.string();
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.description = reader.string();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MetaData;
        })();

        sparkplug.PropertySet = (function() {

            /**
             * Properties of a PropertySet.
             * @typedef {Object} gridwarden.sparkplug.PropertySet.$Properties
             * @property {Array.<string>|null} [keys] PropertySet keys
             * @property {Array.<gridwarden.sparkplug.PropertyValue.$Properties>|null} [values] PropertySet values
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PropertySet.
             * @memberof gridwarden.sparkplug
             * @interface IPropertySet
             * @augments gridwarden.sparkplug.PropertySet.$Properties
             * @deprecated Use gridwarden.sparkplug.PropertySet.$Properties instead.
             */

            /**
             * Shape of a PropertySet.
             * @typedef {{
             *   keys?: Array.<string>|null;
             *   values?: Array.<gridwarden.sparkplug.PropertyValue.$Shape>|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} gridwarden.sparkplug.PropertySet.$Shape
             */

            /**
             * Constructs a new PropertySet.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a PropertySet.
             * @constructor
             * @param {gridwarden.sparkplug.PropertySet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PropertySet = function (properties) {
                this.keys = [];
                this.values = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PropertySet keys.
             * @member {Array.<string>} keys
             * @memberof gridwarden.sparkplug.PropertySet
             * @instance
             */
            PropertySet.prototype.keys = $util.emptyArray;

            /**
             * PropertySet values.
             * @member {Array.<gridwarden.sparkplug.PropertyValue.$Properties>} values
             * @memberof gridwarden.sparkplug.PropertySet
             * @instance
             */
            PropertySet.prototype.values = $util.emptyArray;

            /**
             * Encodes the specified PropertySet message. Does not implicitly {@link gridwarden.sparkplug.PropertySet.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.PropertySet
             * @static
             * @param {gridwarden.sparkplug.PropertySet.$Properties} message PropertySet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PropertySet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.keys != null && message.keys.length)
                    for (let i = 0; i < message.keys.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.keys[i]);
                if (message.values != null && message.values.length)
                    for (let i = 0; i < message.values.length; ++i)
                        $root.gridwarden.sparkplug.PropertyValue.encode(message.values[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PropertySet message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.PropertySet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertySet & gridwarden.sparkplug.PropertySet.$Shape} PropertySet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PropertySet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.PropertySet();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keys && message.keys.length))
                                message.keys = [];
                            message.keys.push(reader.string());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.values && message.values.length))
                                message.values = [];
                            message.values.push($root.gridwarden.sparkplug.PropertyValue.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PropertySet;
        })();

        sparkplug.PropertySetList = (function() {

            /**
             * Properties of a PropertySetList.
             * @typedef {Object} gridwarden.sparkplug.PropertySetList.$Properties
             * @property {Array.<gridwarden.sparkplug.PropertySet.$Properties>|null} [propertyset] PropertySetList propertyset
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PropertySetList.
             * @memberof gridwarden.sparkplug
             * @interface IPropertySetList
             * @augments gridwarden.sparkplug.PropertySetList.$Properties
             * @deprecated Use gridwarden.sparkplug.PropertySetList.$Properties instead.
             */

            /**
             * Shape of a PropertySetList.
             * @typedef {{
             *   propertyset?: Array.<gridwarden.sparkplug.PropertySet.$Shape>|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} gridwarden.sparkplug.PropertySetList.$Shape
             */

            /**
             * Constructs a new PropertySetList.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a PropertySetList.
             * @constructor
             * @param {gridwarden.sparkplug.PropertySetList.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PropertySetList = function (properties) {
                this.propertyset = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PropertySetList propertyset.
             * @member {Array.<gridwarden.sparkplug.PropertySet.$Properties>} propertyset
             * @memberof gridwarden.sparkplug.PropertySetList
             * @instance
             */
            PropertySetList.prototype.propertyset = $util.emptyArray;

            /**
             * Encodes the specified PropertySetList message. Does not implicitly {@link gridwarden.sparkplug.PropertySetList.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.PropertySetList
             * @static
             * @param {gridwarden.sparkplug.PropertySetList.$Properties} message PropertySetList message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PropertySetList.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.propertyset != null && message.propertyset.length)
                    for (let i = 0; i < message.propertyset.length; ++i)
                        $root.gridwarden.sparkplug.PropertySet.encode(message.propertyset[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PropertySetList message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.PropertySetList
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertySetList & gridwarden.sparkplug.PropertySetList.$Shape} PropertySetList
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PropertySetList.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.PropertySetList();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.propertyset && message.propertyset.length))
                                message.propertyset = [];
                            message.propertyset.push($root.gridwarden.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PropertySetList;
        })();

        sparkplug.PropertyValue = (function() {

            /**
             * Properties of a PropertyValue.
             * @typedef {Object} gridwarden.sparkplug.PropertyValue.$Properties
             * @property {number|null} [type] PropertyValue type
             * @property {boolean|null} [isNull] PropertyValue isNull
             * @property {number|null} [intValue] PropertyValue intValue
             * @property {number|Long|null} [longValue] PropertyValue longValue
             * @property {number|null} [floatValue] PropertyValue floatValue
             * @property {number|null} [doubleValue] PropertyValue doubleValue
             * @property {boolean|null} [booleanValue] PropertyValue booleanValue
             * @property {string|null} [stringValue] PropertyValue stringValue
             * @property {gridwarden.sparkplug.PropertySet.$Properties|null} [propertysetValue] PropertyValue propertysetValue
             * @property {gridwarden.sparkplug.PropertySetList.$Properties|null} [propertysetsValue] PropertyValue propertysetsValue
             * @property {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue"} [value] PropertyValue value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PropertyValue.
             * @memberof gridwarden.sparkplug
             * @interface IPropertyValue
             * @augments gridwarden.sparkplug.PropertyValue.$Properties
             * @deprecated Use gridwarden.sparkplug.PropertyValue.$Properties instead.
             */

            /**
             * Narrowed shape of a PropertyValue.
             * @typedef {{
             *   type?: number|null;
             *   isNull?: boolean|null;
             *   intValue?: number|null;
             *   longValue?: number|Long|null;
             *   floatValue?: number|null;
             *   doubleValue?: number|null;
             *   booleanValue?: boolean|null;
             *   stringValue?: string|null;
             *   propertysetValue?: gridwarden.sparkplug.PropertySet.$Shape|null;
             *   propertysetsValue?: gridwarden.sparkplug.PropertySetList.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; propertysetValue?: null; propertysetsValue?: null }|{ value?: "propertysetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue: gridwarden.sparkplug.PropertySet.$Shape; propertysetsValue?: null }|{ value?: "propertysetsValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue: gridwarden.sparkplug.PropertySetList.$Shape })
             * )} gridwarden.sparkplug.PropertyValue.$Shape
             */

            /**
             * Constructs a new PropertyValue.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a PropertyValue.
             * @constructor
             * @param {gridwarden.sparkplug.PropertyValue.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PropertyValue = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PropertyValue type.
             * @member {number} type
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.type = 0;

            /**
             * PropertyValue isNull.
             * @member {boolean} isNull
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.isNull = false;

            /**
             * PropertyValue intValue.
             * @member {number|null|undefined} intValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.intValue = null;

            /**
             * PropertyValue longValue.
             * @member {number|Long|null|undefined} longValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.longValue = null;

            /**
             * PropertyValue floatValue.
             * @member {number|null|undefined} floatValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.floatValue = null;

            /**
             * PropertyValue doubleValue.
             * @member {number|null|undefined} doubleValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.doubleValue = null;

            /**
             * PropertyValue booleanValue.
             * @member {boolean|null|undefined} booleanValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.booleanValue = null;

            /**
             * PropertyValue stringValue.
             * @member {string|null|undefined} stringValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.stringValue = null;

            /**
             * PropertyValue propertysetValue.
             * @member {gridwarden.sparkplug.PropertySet.$Properties|null|undefined} propertysetValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.propertysetValue = null;

            /**
             * PropertyValue propertysetsValue.
             * @member {gridwarden.sparkplug.PropertySetList.$Properties|null|undefined} propertysetsValue
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            PropertyValue.prototype.propertysetsValue = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * PropertyValue value.
             * @member {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue"|undefined} value
             * @memberof gridwarden.sparkplug.PropertyValue
             * @instance
             */
            $Object.defineProperty(PropertyValue.prototype, "value", {
                get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue", "propertysetValue", "propertysetsValue"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified PropertyValue message. Does not implicitly {@link gridwarden.sparkplug.PropertyValue.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.PropertyValue
             * @static
             * @param {gridwarden.sparkplug.PropertyValue.$Properties} message PropertyValue message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PropertyValue.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.type);
                if (message.isNull != null && $Object.hasOwnProperty.call(message, "isNull"))
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.isNull);
                if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.intValue);
                if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.longValue);
                if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                    writer.uint32(/* id 5, wireType 5 =*/45).float(message.floatValue);
                if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.doubleValue);
                if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.booleanValue);
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.stringValue);
                if (message.propertysetValue != null && $Object.hasOwnProperty.call(message, "propertysetValue"))
                    $root.gridwarden.sparkplug.PropertySet.encode(message.propertysetValue, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.propertysetsValue != null && $Object.hasOwnProperty.call(message, "propertysetsValue"))
                    $root.gridwarden.sparkplug.PropertySetList.encode(message.propertysetsValue, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PropertyValue message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.PropertyValue
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertyValue & gridwarden.sparkplug.PropertyValue.$Shape} PropertyValue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PropertyValue.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.PropertyValue();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.type = reader.uint32();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.isNull = reader.bool();
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.intValue = reader.uint32();
                            message.value = "intValue";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.longValue = reader.uint64();
                            message.value = "longValue";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 5)
                                break;
                            message.floatValue = reader.float();
                            message.value = "floatValue";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            message.doubleValue = reader.double();
                            message.value = "doubleValue";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.booleanValue = reader.bool();
                            message.value = "booleanValue";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.stringValue = reader.string();
                            message.value = "stringValue";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.propertysetValue = $root.gridwarden.sparkplug.PropertySet.decode(reader, reader.size(), $undefined, _depth + 1, message.propertysetValue);
                            message.value = "propertysetValue";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.propertysetsValue = $root.gridwarden.sparkplug.PropertySetList.decode(reader, reader.size(), $undefined, _depth + 1, message.propertysetsValue);
                            message.value = "propertysetsValue";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PropertyValue;
        })();

        sparkplug.DataSet = (function() {

            /**
             * Properties of a DataSet.
             * @typedef {Object} gridwarden.sparkplug.DataSet.$Properties
             * @property {number|Long|null} [numOfColumns] DataSet numOfColumns
             * @property {Array.<string>|null} [columns] DataSet columns
             * @property {Array.<number>|null} [types] DataSet types
             * @property {Array.<gridwarden.sparkplug.DataSet.Row.$Properties>|null} [rows] DataSet rows
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DataSet.
             * @memberof gridwarden.sparkplug
             * @interface IDataSet
             * @augments gridwarden.sparkplug.DataSet.$Properties
             * @deprecated Use gridwarden.sparkplug.DataSet.$Properties instead.
             */

            /**
             * Shape of a DataSet.
             * @typedef {{
             *   numOfColumns?: number|Long|null;
             *   columns?: Array.<string>|null;
             *   types?: Array.<number>|null;
             *   rows?: Array.<gridwarden.sparkplug.DataSet.Row.$Shape>|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} gridwarden.sparkplug.DataSet.$Shape
             */

            /**
             * Constructs a new DataSet.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a DataSet.
             * @constructor
             * @param {gridwarden.sparkplug.DataSet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DataSet = function (properties) {
                this.columns = [];
                this.types = [];
                this.rows = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DataSet numOfColumns.
             * @member {number|Long} numOfColumns
             * @memberof gridwarden.sparkplug.DataSet
             * @instance
             */
            DataSet.prototype.numOfColumns = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DataSet columns.
             * @member {Array.<string>} columns
             * @memberof gridwarden.sparkplug.DataSet
             * @instance
             */
            DataSet.prototype.columns = $util.emptyArray;

            /**
             * DataSet types.
             * @member {Array.<number>} types
             * @memberof gridwarden.sparkplug.DataSet
             * @instance
             */
            DataSet.prototype.types = $util.emptyArray;

            /**
             * DataSet rows.
             * @member {Array.<gridwarden.sparkplug.DataSet.Row.$Properties>} rows
             * @memberof gridwarden.sparkplug.DataSet
             * @instance
             */
            DataSet.prototype.rows = $util.emptyArray;

            /**
             * Encodes the specified DataSet message. Does not implicitly {@link gridwarden.sparkplug.DataSet.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.DataSet
             * @static
             * @param {gridwarden.sparkplug.DataSet.$Properties} message DataSet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DataSet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.numOfColumns != null && $Object.hasOwnProperty.call(message, "numOfColumns"))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.numOfColumns);
                if (message.columns != null && message.columns.length)
                    for (let i = 0; i < message.columns.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.columns[i]);
                if (message.types != null && message.types.length)
                    for (let i = 0; i < message.types.length; ++i)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.types[i]);
                if (message.rows != null && message.rows.length)
                    for (let i = 0; i < message.rows.length; ++i)
                        $root.gridwarden.sparkplug.DataSet.Row.encode(message.rows[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DataSet message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.DataSet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.DataSet & gridwarden.sparkplug.DataSet.$Shape} DataSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DataSet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.DataSet();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.numOfColumns = reader.uint64();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.columns && message.columns.length))
                                message.columns = [];
                            message.columns.push(reader.string());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.types && message.types.length))
                                    message.types = [];
                                reader.uint32s(message.types);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.types && message.types.length))
                                message.types = [];
                            message.types.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rows && message.rows.length))
                                message.rows = [];
                            message.rows.push($root.gridwarden.sparkplug.DataSet.Row.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            DataSet.Row = (function() {

                /**
                 * Properties of a Row.
                 * @typedef {Object} gridwarden.sparkplug.DataSet.Row.$Properties
                 * @property {Array.<gridwarden.sparkplug.DataSet.DataSetValue.$Properties>|null} [elements] Row elements
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Row.
                 * @memberof gridwarden.sparkplug.DataSet
                 * @interface IRow
                 * @augments gridwarden.sparkplug.DataSet.Row.$Properties
                 * @deprecated Use gridwarden.sparkplug.DataSet.Row.$Properties instead.
                 */

                /**
                 * Shape of a Row.
                 * @typedef {{
                 *   elements?: Array.<gridwarden.sparkplug.DataSet.DataSetValue.$Shape>|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * }} gridwarden.sparkplug.DataSet.Row.$Shape
                 */

                /**
                 * Constructs a new Row.
                 * @memberof gridwarden.sparkplug.DataSet
                 * @classdesc Represents a Row.
                 * @constructor
                 * @param {gridwarden.sparkplug.DataSet.Row.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Row = function (properties) {
                    this.elements = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Row elements.
                 * @member {Array.<gridwarden.sparkplug.DataSet.DataSetValue.$Properties>} elements
                 * @memberof gridwarden.sparkplug.DataSet.Row
                 * @instance
                 */
                Row.prototype.elements = $util.emptyArray;

                /**
                 * Encodes the specified Row message. Does not implicitly {@link gridwarden.sparkplug.DataSet.Row.verify|verify} messages.
                 * @function encode
                 * @memberof gridwarden.sparkplug.DataSet.Row
                 * @static
                 * @param {gridwarden.sparkplug.DataSet.Row.$Properties} message Row message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Row.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.elements != null && message.elements.length)
                        for (let i = 0; i < message.elements.length; ++i)
                            $root.gridwarden.sparkplug.DataSet.DataSetValue.encode(message.elements[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Row message from the specified reader or buffer.
                 * @function decode
                 * @memberof gridwarden.sparkplug.DataSet.Row
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.DataSet.Row & gridwarden.sparkplug.DataSet.Row.$Shape} Row
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Row.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.gridwarden.sparkplug.DataSet.Row();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.elements && message.elements.length))
                                    message.elements = [];
                                message.elements.push($root.gridwarden.sparkplug.DataSet.DataSetValue.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Row;
            })();

            DataSet.DataSetValue = (function() {

                /**
                 * Properties of a DataSetValue.
                 * @typedef {Object} gridwarden.sparkplug.DataSet.DataSetValue.$Properties
                 * @property {number|null} [intValue] DataSetValue intValue
                 * @property {number|Long|null} [longValue] DataSetValue longValue
                 * @property {number|null} [floatValue] DataSetValue floatValue
                 * @property {number|null} [doubleValue] DataSetValue doubleValue
                 * @property {boolean|null} [booleanValue] DataSetValue booleanValue
                 * @property {string|null} [stringValue] DataSetValue stringValue
                 * @property {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"} [value] DataSetValue value
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a DataSetValue.
                 * @memberof gridwarden.sparkplug.DataSet
                 * @interface IDataSetValue
                 * @augments gridwarden.sparkplug.DataSet.DataSetValue.$Properties
                 * @deprecated Use gridwarden.sparkplug.DataSet.DataSetValue.$Properties instead.
                 */

                /**
                 * Narrowed shape of a DataSetValue.
                 * @typedef {{
                 *   intValue?: number|null;
                 *   longValue?: number|Long|null;
                 *   floatValue?: number|null;
                 *   doubleValue?: number|null;
                 *   booleanValue?: boolean|null;
                 *   stringValue?: string|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                 * )} gridwarden.sparkplug.DataSet.DataSetValue.$Shape
                 */

                /**
                 * Constructs a new DataSetValue.
                 * @memberof gridwarden.sparkplug.DataSet
                 * @classdesc Represents a DataSetValue.
                 * @constructor
                 * @param {gridwarden.sparkplug.DataSet.DataSetValue.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const DataSetValue = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * DataSetValue intValue.
                 * @member {number|null|undefined} intValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.intValue = null;

                /**
                 * DataSetValue longValue.
                 * @member {number|Long|null|undefined} longValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.longValue = null;

                /**
                 * DataSetValue floatValue.
                 * @member {number|null|undefined} floatValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.floatValue = null;

                /**
                 * DataSetValue doubleValue.
                 * @member {number|null|undefined} doubleValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.doubleValue = null;

                /**
                 * DataSetValue booleanValue.
                 * @member {boolean|null|undefined} booleanValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.booleanValue = null;

                /**
                 * DataSetValue stringValue.
                 * @member {string|null|undefined} stringValue
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                DataSetValue.prototype.stringValue = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * DataSetValue value.
                 * @member {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|undefined} value
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @instance
                 */
                $Object.defineProperty(DataSetValue.prototype, "value", {
                    get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Encodes the specified DataSetValue message. Does not implicitly {@link gridwarden.sparkplug.DataSet.DataSetValue.verify|verify} messages.
                 * @function encode
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @static
                 * @param {gridwarden.sparkplug.DataSet.DataSetValue.$Properties} message DataSetValue message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                DataSetValue.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.intValue);
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.longValue);
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                        writer.uint32(/* id 3, wireType 5 =*/29).float(message.floatValue);
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                        writer.uint32(/* id 4, wireType 1 =*/33).double(message.doubleValue);
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                        writer.uint32(/* id 5, wireType 0 =*/40).bool(message.booleanValue);
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.stringValue);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a DataSetValue message from the specified reader or buffer.
                 * @function decode
                 * @memberof gridwarden.sparkplug.DataSet.DataSetValue
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.DataSet.DataSetValue & gridwarden.sparkplug.DataSet.DataSetValue.$Shape} DataSetValue
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                DataSetValue.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.gridwarden.sparkplug.DataSet.DataSetValue();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.intValue = reader.uint32();
                                message.value = "intValue";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.longValue = reader.uint64();
                                message.value = "longValue";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 5)
                                    break;
                                message.floatValue = reader.float();
                                message.value = "floatValue";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 1)
                                    break;
                                message.doubleValue = reader.double();
                                message.value = "doubleValue";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.booleanValue = reader.bool();
                                message.value = "booleanValue";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.stringValue = reader.string();
                                message.value = "stringValue";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return DataSetValue;
            })();

            return DataSet;
        })();

        sparkplug.Template = (function() {

            /**
             * Properties of a Template.
             * @typedef {Object} gridwarden.sparkplug.Template.$Properties
             * @property {string|null} [version] Template version
             * @property {Array.<gridwarden.sparkplug.Metric.$Properties>|null} [metrics] Template metrics
             * @property {Array.<gridwarden.sparkplug.Template.Parameter.$Properties>|null} [parameters] Template parameters
             * @property {string|null} [templateRef] Template templateRef
             * @property {boolean|null} [isDefinition] Template isDefinition
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Template.
             * @memberof gridwarden.sparkplug
             * @interface ITemplate
             * @augments gridwarden.sparkplug.Template.$Properties
             * @deprecated Use gridwarden.sparkplug.Template.$Properties instead.
             */

            /**
             * Shape of a Template.
             * @typedef {{
             *   version?: string|null;
             *   metrics?: Array.<gridwarden.sparkplug.Metric.$Shape>|null;
             *   parameters?: Array.<gridwarden.sparkplug.Template.Parameter.$Shape>|null;
             *   templateRef?: string|null;
             *   isDefinition?: boolean|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} gridwarden.sparkplug.Template.$Shape
             */

            /**
             * Constructs a new Template.
             * @memberof gridwarden.sparkplug
             * @classdesc Represents a Template.
             * @constructor
             * @param {gridwarden.sparkplug.Template.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Template = function (properties) {
                this.metrics = [];
                this.parameters = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Template version.
             * @member {string} version
             * @memberof gridwarden.sparkplug.Template
             * @instance
             */
            Template.prototype.version = "";

            /**
             * Template metrics.
             * @member {Array.<gridwarden.sparkplug.Metric.$Properties>} metrics
             * @memberof gridwarden.sparkplug.Template
             * @instance
             */
            Template.prototype.metrics = $util.emptyArray;

            /**
             * Template parameters.
             * @member {Array.<gridwarden.sparkplug.Template.Parameter.$Properties>} parameters
             * @memberof gridwarden.sparkplug.Template
             * @instance
             */
            Template.prototype.parameters = $util.emptyArray;

            /**
             * Template templateRef.
             * @member {string} templateRef
             * @memberof gridwarden.sparkplug.Template
             * @instance
             */
            Template.prototype.templateRef = "";

            /**
             * Template isDefinition.
             * @member {boolean} isDefinition
             * @memberof gridwarden.sparkplug.Template
             * @instance
             */
            Template.prototype.isDefinition = false;

            /**
             * Encodes the specified Template message. Does not implicitly {@link gridwarden.sparkplug.Template.verify|verify} messages.
             * @function encode
             * @memberof gridwarden.sparkplug.Template
             * @static
             * @param {gridwarden.sparkplug.Template.$Properties} message Template message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Template.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.version);
                if (message.metrics != null && message.metrics.length)
                    for (let i = 0; i < message.metrics.length; ++i)
                        $root.gridwarden.sparkplug.Metric.encode(message.metrics[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.parameters != null && message.parameters.length)
                    for (let i = 0; i < message.parameters.length; ++i)
                        $root.gridwarden.sparkplug.Template.Parameter.encode(message.parameters[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.templateRef != null && $Object.hasOwnProperty.call(message, "templateRef"))
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.templateRef);
                if (message.isDefinition != null && $Object.hasOwnProperty.call(message, "isDefinition"))
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.isDefinition);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Template message from the specified reader or buffer.
             * @function decode
             * @memberof gridwarden.sparkplug.Template
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Template & gridwarden.sparkplug.Template.$Shape} Template
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Template.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.gridwarden.sparkplug.Template();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.version = reader.string();
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.metrics && message.metrics.length))
                                message.metrics = [];
                            message.metrics.push($root.gridwarden.sparkplug.Metric.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.parameters && message.parameters.length))
                                message.parameters = [];
                            message.parameters.push($root.gridwarden.sparkplug.Template.Parameter.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.templateRef = reader.string();
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.isDefinition = reader.bool();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Template.Parameter = (function() {

                /**
                 * Properties of a Parameter.
                 * @typedef {Object} gridwarden.sparkplug.Template.Parameter.$Properties
                 * @property {string|null} [name] Parameter name
                 * @property {number|null} [type] Parameter type
                 * @property {number|null} [intValue] Parameter intValue
                 * @property {number|Long|null} [longValue] Parameter longValue
                 * @property {number|null} [floatValue] Parameter floatValue
                 * @property {number|null} [doubleValue] Parameter doubleValue
                 * @property {boolean|null} [booleanValue] Parameter booleanValue
                 * @property {string|null} [stringValue] Parameter stringValue
                 * @property {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"} [value] Parameter value
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Parameter.
                 * @memberof gridwarden.sparkplug.Template
                 * @interface IParameter
                 * @augments gridwarden.sparkplug.Template.Parameter.$Properties
                 * @deprecated Use gridwarden.sparkplug.Template.Parameter.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Parameter.
                 * @typedef {{
                 *   name?: string|null;
                 *   type?: number|null;
                 *   intValue?: number|null;
                 *   longValue?: number|Long|null;
                 *   floatValue?: number|null;
                 *   doubleValue?: number|null;
                 *   booleanValue?: boolean|null;
                 *   stringValue?: string|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                 * )} gridwarden.sparkplug.Template.Parameter.$Shape
                 */

                /**
                 * Constructs a new Parameter.
                 * @memberof gridwarden.sparkplug.Template
                 * @classdesc Represents a Parameter.
                 * @constructor
                 * @param {gridwarden.sparkplug.Template.Parameter.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Parameter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Parameter name.
                 * @member {string} name
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.name = "";

                /**
                 * Parameter type.
                 * @member {number} type
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.type = 0;

                /**
                 * Parameter intValue.
                 * @member {number|null|undefined} intValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.intValue = null;

                /**
                 * Parameter longValue.
                 * @member {number|Long|null|undefined} longValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.longValue = null;

                /**
                 * Parameter floatValue.
                 * @member {number|null|undefined} floatValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.floatValue = null;

                /**
                 * Parameter doubleValue.
                 * @member {number|null|undefined} doubleValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.doubleValue = null;

                /**
                 * Parameter booleanValue.
                 * @member {boolean|null|undefined} booleanValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.booleanValue = null;

                /**
                 * Parameter stringValue.
                 * @member {string|null|undefined} stringValue
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                Parameter.prototype.stringValue = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Parameter value.
                 * @member {"intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|undefined} value
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @instance
                 */
                $Object.defineProperty(Parameter.prototype, "value", {
                    get: $util.oneOfGetter($oneOfFields = ["intValue", "longValue", "floatValue", "doubleValue", "booleanValue", "stringValue"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Encodes the specified Parameter message. Does not implicitly {@link gridwarden.sparkplug.Template.Parameter.verify|verify} messages.
                 * @function encode
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @static
                 * @param {gridwarden.sparkplug.Template.Parameter.$Properties} message Parameter message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Parameter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.type);
                    if (message.intValue != null && $Object.hasOwnProperty.call(message, "intValue"))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.intValue);
                    if (message.longValue != null && $Object.hasOwnProperty.call(message, "longValue"))
                        writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.longValue);
                    if (message.floatValue != null && $Object.hasOwnProperty.call(message, "floatValue"))
                        writer.uint32(/* id 5, wireType 5 =*/45).float(message.floatValue);
                    if (message.doubleValue != null && $Object.hasOwnProperty.call(message, "doubleValue"))
                        writer.uint32(/* id 6, wireType 1 =*/49).double(message.doubleValue);
                    if (message.booleanValue != null && $Object.hasOwnProperty.call(message, "booleanValue"))
                        writer.uint32(/* id 7, wireType 0 =*/56).bool(message.booleanValue);
                    if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                        writer.uint32(/* id 8, wireType 2 =*/66).string(message.stringValue);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Parameter message from the specified reader or buffer.
                 * @function decode
                 * @memberof gridwarden.sparkplug.Template.Parameter
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.Template.Parameter & gridwarden.sparkplug.Template.Parameter.$Shape} Parameter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Parameter.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.gridwarden.sparkplug.Template.Parameter();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.name = reader.string();
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.type = reader.uint32();
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.intValue = reader.uint32();
                                message.value = "intValue";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.longValue = reader.uint64();
                                message.value = "longValue";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 5)
                                    break;
                                message.floatValue = reader.float();
                                message.value = "floatValue";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 1)
                                    break;
                                message.doubleValue = reader.double();
                                message.value = "doubleValue";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.booleanValue = reader.bool();
                                message.value = "booleanValue";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.stringValue = reader.string();
                                message.value = "stringValue";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Parameter;
            })();

            return Template;
        })();

        return sparkplug;
    })();

    return gridwarden;
})();

export {
  $root as default
};

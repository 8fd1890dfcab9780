import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace gridwarden. */
export namespace gridwarden {

    /** Namespace sparkplug. */
    namespace sparkplug {

        /**
         * Properties of a Payload.
         * @deprecated Use gridwarden.sparkplug.Payload.$Properties instead.
         */
        interface IPayload extends gridwarden.sparkplug.Payload.$Properties {
        }

        /** Represents a Payload. */
        class Payload {

            /**
             * Constructs a new Payload.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.Payload.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Payload timestamp. */
            timestamp: (number|Long);

            /** Payload metrics. */
            metrics: gridwarden.sparkplug.Metric.$Properties[];

            /** Payload seq. */
            seq: (number|Long);

            /** Payload uuid. */
            uuid: string;

            /** Payload body. */
            body: Uint8Array;

            /**
             * Encodes the specified Payload message. Does not implicitly {@link gridwarden.sparkplug.Payload.verify|verify} messages.
             * @param message Payload message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.Payload.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Payload message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Payload & gridwarden.sparkplug.Payload.$Shape} Payload
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.Payload & gridwarden.sparkplug.Payload.$Shape;
        }

        namespace Payload {

            /** Properties of a Payload. */
            interface $Properties {

                /** Payload timestamp */
                timestamp?: (number|Long|null);

                /** Payload metrics */
                metrics?: (gridwarden.sparkplug.Metric.$Properties[]|null);

                /** Payload seq */
                seq?: (number|Long|null);

                /** Payload uuid */
                uuid?: (string|null);

                /** Payload body */
                body?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Payload. */
            type $Shape = {
              timestamp?: number|Long|null;
              metrics?: gridwarden.sparkplug.Metric.$Shape[]|null;
              seq?: number|Long|null;
              uuid?: string|null;
              body?: Uint8Array|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Metric.
         * @deprecated Use gridwarden.sparkplug.Metric.$Properties instead.
         */
        interface IMetric extends gridwarden.sparkplug.Metric.$Properties {
        }

        /** Represents a Metric. */
        class Metric {

            /**
             * Constructs a new Metric.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.Metric.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Metric name. */
            name: string;

            /** Metric alias. */
            alias: (number|Long);

            /** Metric timestamp. */
            timestamp: (number|Long);

            /** Metric datatype. */
            datatype: number;

            /** Metric isHistorical. */
            isHistorical: boolean;

            /** Metric isTransient. */
            isTransient: boolean;

            /** Metric isNull. */
            isNull: boolean;

            /** Metric metadata. */
            metadata?: (gridwarden.sparkplug.MetaData.$Properties|null);

            /** Metric properties. */
            properties?: (gridwarden.sparkplug.PropertySet.$Properties|null);

            /** Metric intValue. */
            intValue?: (number|null);

            /** Metric longValue. */
            longValue?: (number|Long|null);

            /** Metric floatValue. */
            floatValue?: (number|null);

            /** Metric doubleValue. */
            doubleValue?: (number|null);

            /** Metric booleanValue. */
            booleanValue?: (boolean|null);

            /** Metric stringValue. */
            stringValue?: (string|null);

            /** Metric bytesValue. */
            bytesValue?: (Uint8Array|null);

            /** Metric datasetValue. */
            datasetValue?: (gridwarden.sparkplug.DataSet.$Properties|null);

            /** Metric templateValue. */
            templateValue?: (gridwarden.sparkplug.Template.$Properties|null);

            /** Metric value. */
            value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue");

            /**
             * Encodes the specified Metric message. Does not implicitly {@link gridwarden.sparkplug.Metric.verify|verify} messages.
             * @param message Metric message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.Metric.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Metric message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Metric & gridwarden.sparkplug.Metric.$Shape} Metric
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.Metric & gridwarden.sparkplug.Metric.$Shape;
        }

        namespace Metric {

            /** Properties of a Metric. */
            interface $Properties {

                /** Metric name */
                name?: (string|null);

                /** Metric alias */
                alias?: (number|Long|null);

                /** Metric timestamp */
                timestamp?: (number|Long|null);

                /** Metric datatype */
                datatype?: (number|null);

                /** Metric isHistorical */
                isHistorical?: (boolean|null);

                /** Metric isTransient */
                isTransient?: (boolean|null);

                /** Metric isNull */
                isNull?: (boolean|null);

                /** Metric metadata */
                metadata?: (gridwarden.sparkplug.MetaData.$Properties|null);

                /** Metric properties */
                properties?: (gridwarden.sparkplug.PropertySet.$Properties|null);

                /** Metric intValue */
                intValue?: (number|null);

                /** Metric longValue */
                longValue?: (number|Long|null);

                /** Metric floatValue */
                floatValue?: (number|null);

                /** Metric doubleValue */
                doubleValue?: (number|null);

                /** Metric booleanValue */
                booleanValue?: (boolean|null);

                /** Metric stringValue */
                stringValue?: (string|null);

                /** Metric bytesValue */
                bytesValue?: (Uint8Array|null);

                /** Metric datasetValue */
                datasetValue?: (gridwarden.sparkplug.DataSet.$Properties|null);

                /** Metric templateValue */
                templateValue?: (gridwarden.sparkplug.Template.$Properties|null);

                /** Metric value */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"bytesValue"|"datasetValue"|"templateValue");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Metric. */
            type $Shape = {
              name?: string|null;
              alias?: number|Long|null;
              timestamp?: number|Long|null;
              datatype?: number|null;
              isHistorical?: boolean|null;
              isTransient?: boolean|null;
              isNull?: boolean|null;
              metadata?: gridwarden.sparkplug.MetaData.$Shape|null;
              properties?: gridwarden.sparkplug.PropertySet.$Shape|null;
              intValue?: number|null;
              longValue?: number|Long|null;
              floatValue?: number|null;
              doubleValue?: number|null;
              booleanValue?: boolean|null;
              stringValue?: string|null;
              bytesValue?: Uint8Array|null;
              datasetValue?: gridwarden.sparkplug.DataSet.$Shape|null;
              templateValue?: gridwarden.sparkplug.Template.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; bytesValue?: null; datasetValue?: null; templateValue?: null }|{ value?: "bytesValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue: Uint8Array; datasetValue?: null; templateValue?: null }|{ value?: "datasetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue: gridwarden.sparkplug.DataSet.$Shape; templateValue?: null }|{ value?: "templateValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; bytesValue?: null; datasetValue?: null; templateValue: gridwarden.sparkplug.Template.$Shape })
            );
        }

        /**
         * Properties of a MetaData.
         * @deprecated Use gridwarden.sparkplug.MetaData.$Properties instead.
         */
        interface IMetaData extends gridwarden.sparkplug.MetaData.$Properties {
        }

        /** Represents a MetaData. */
        class MetaData {

            /**
             * Constructs a new MetaData.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.MetaData.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetaData isMultiPart. */
            isMultiPart: boolean;

            /** MetaData contentType. */
            contentType: string;

            /** MetaData size. */
            size: (number|Long);

            /** MetaData seq. */
            seq: (number|Long);

            /** MetaData fileName. */
            fileName: string;

            /** MetaData fileType. */
            fileType: string;

            /** MetaData md5. */
            md5: string;

            /** MetaData description. */
            description: string;

            /**
             * Encodes the specified MetaData message. Does not implicitly {@link gridwarden.sparkplug.MetaData.verify|verify} messages.
             * @param message MetaData message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.MetaData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetaData message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.MetaData & gridwarden.sparkplug.MetaData.$Shape} MetaData
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.MetaData & gridwarden.sparkplug.MetaData.$Shape;
        }

        namespace MetaData {

            /** Properties of a MetaData. */
            interface $Properties {

                /** MetaData isMultiPart */
                isMultiPart?: (boolean|null);

                /** MetaData contentType */
                contentType?: (string|null);

                /** MetaData size */
                size?: (number|Long|null);

                /** MetaData seq */
                seq?: (number|Long|null);

                /** MetaData fileName */
                fileName?: (string|null);

                /** MetaData fileType */
                fileType?: (string|null);

                /** MetaData md5 */
                md5?: (string|null);

                /** MetaData description */
                description?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetaData. */
            type $Shape = gridwarden.sparkplug.MetaData.$Properties;
        }

        /**
         * Properties of a PropertySet.
         * @deprecated Use gridwarden.sparkplug.PropertySet.$Properties instead.
         */
        interface IPropertySet extends gridwarden.sparkplug.PropertySet.$Properties {
        }

        /** Represents a PropertySet. */
        class PropertySet {

            /**
             * Constructs a new PropertySet.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.PropertySet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertySet keys. */
            keys: string[];

            /** PropertySet values. */
            values: gridwarden.sparkplug.PropertyValue.$Properties[];

            /**
             * Encodes the specified PropertySet message. Does not implicitly {@link gridwarden.sparkplug.PropertySet.verify|verify} messages.
             * @param message PropertySet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.PropertySet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertySet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertySet & gridwarden.sparkplug.PropertySet.$Shape} PropertySet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.PropertySet & gridwarden.sparkplug.PropertySet.$Shape;
        }

        namespace PropertySet {

            /** Properties of a PropertySet. */
            interface $Properties {

                /** PropertySet keys */
                keys?: (string[]|null);

                /** PropertySet values */
                values?: (gridwarden.sparkplug.PropertyValue.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PropertySet. */
            type $Shape = {
              keys?: string[]|null;
              values?: gridwarden.sparkplug.PropertyValue.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a PropertySetList.
         * @deprecated Use gridwarden.sparkplug.PropertySetList.$Properties instead.
         */
        interface IPropertySetList extends gridwarden.sparkplug.PropertySetList.$Properties {
        }

        /** Represents a PropertySetList. */
        class PropertySetList {

            /**
             * Constructs a new PropertySetList.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.PropertySetList.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertySetList propertyset. */
            propertyset: gridwarden.sparkplug.PropertySet.$Properties[];

            /**
             * Encodes the specified PropertySetList message. Does not implicitly {@link gridwarden.sparkplug.PropertySetList.verify|verify} messages.
             * @param message PropertySetList message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.PropertySetList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertySetList message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertySetList & gridwarden.sparkplug.PropertySetList.$Shape} PropertySetList
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.PropertySetList & gridwarden.sparkplug.PropertySetList.$Shape;
        }

        namespace PropertySetList {

            /** Properties of a PropertySetList. */
            interface $Properties {

                /** PropertySetList propertyset */
                propertyset?: (gridwarden.sparkplug.PropertySet.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PropertySetList. */
            type $Shape = {
              propertyset?: gridwarden.sparkplug.PropertySet.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a PropertyValue.
         * @deprecated Use gridwarden.sparkplug.PropertyValue.$Properties instead.
         */
        interface IPropertyValue extends gridwarden.sparkplug.PropertyValue.$Properties {
        }

        /** Represents a PropertyValue. */
        class PropertyValue {

            /**
             * Constructs a new PropertyValue.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.PropertyValue.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PropertyValue type. */
            type: number;

            /** PropertyValue isNull. */
            isNull: boolean;

            /** PropertyValue intValue. */
            intValue?: (number|null);

            /** PropertyValue longValue. */
            longValue?: (number|Long|null);

            /** PropertyValue floatValue. */
            floatValue?: (number|null);

            /** PropertyValue doubleValue. */
            doubleValue?: (number|null);

            /** PropertyValue booleanValue. */
            booleanValue?: (boolean|null);

            /** PropertyValue stringValue. */
            stringValue?: (string|null);

            /** PropertyValue propertysetValue. */
            propertysetValue?: (gridwarden.sparkplug.PropertySet.$Properties|null);

            /** PropertyValue propertysetsValue. */
            propertysetsValue?: (gridwarden.sparkplug.PropertySetList.$Properties|null);

            /** PropertyValue value. */
            value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue");

            /**
             * Encodes the specified PropertyValue message. Does not implicitly {@link gridwarden.sparkplug.PropertyValue.verify|verify} messages.
             * @param message PropertyValue message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.PropertyValue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PropertyValue message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.PropertyValue & gridwarden.sparkplug.PropertyValue.$Shape} PropertyValue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.PropertyValue & gridwarden.sparkplug.PropertyValue.$Shape;
        }

        namespace PropertyValue {

            /** Properties of a PropertyValue. */
            interface $Properties {

                /** PropertyValue type */
                type?: (number|null);

                /** PropertyValue isNull */
                isNull?: (boolean|null);

                /** PropertyValue intValue */
                intValue?: (number|null);

                /** PropertyValue longValue */
                longValue?: (number|Long|null);

                /** PropertyValue floatValue */
                floatValue?: (number|null);

                /** PropertyValue doubleValue */
                doubleValue?: (number|null);

                /** PropertyValue booleanValue */
                booleanValue?: (boolean|null);

                /** PropertyValue stringValue */
                stringValue?: (string|null);

                /** PropertyValue propertysetValue */
                propertysetValue?: (gridwarden.sparkplug.PropertySet.$Properties|null);

                /** PropertyValue propertysetsValue */
                propertysetsValue?: (gridwarden.sparkplug.PropertySetList.$Properties|null);

                /** PropertyValue value */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue"|"propertysetValue"|"propertysetsValue");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a PropertyValue. */
            type $Shape = {
              type?: number|null;
              isNull?: boolean|null;
              intValue?: number|null;
              longValue?: number|Long|null;
              floatValue?: number|null;
              doubleValue?: number|null;
              booleanValue?: boolean|null;
              stringValue?: string|null;
              propertysetValue?: gridwarden.sparkplug.PropertySet.$Shape|null;
              propertysetsValue?: gridwarden.sparkplug.PropertySetList.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null; propertysetValue?: null; propertysetsValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string; propertysetValue?: null; propertysetsValue?: null }|{ value?: "propertysetValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue: gridwarden.sparkplug.PropertySet.$Shape; propertysetsValue?: null }|{ value?: "propertysetsValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null; propertysetValue?: null; propertysetsValue: gridwarden.sparkplug.PropertySetList.$Shape })
            );
        }

        /**
         * Properties of a DataSet.
         * @deprecated Use gridwarden.sparkplug.DataSet.$Properties instead.
         */
        interface IDataSet extends gridwarden.sparkplug.DataSet.$Properties {
        }

        /** Represents a DataSet. */
        class DataSet {

            /**
             * Constructs a new DataSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.DataSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DataSet numOfColumns. */
            numOfColumns: (number|Long);

            /** DataSet columns. */
            columns: string[];

            /** DataSet types. */
            types: number[];

            /** DataSet rows. */
            rows: gridwarden.sparkplug.DataSet.Row.$Properties[];

            /**
             * Encodes the specified DataSet message. Does not implicitly {@link gridwarden.sparkplug.DataSet.verify|verify} messages.
             * @param message DataSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.DataSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DataSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.DataSet & gridwarden.sparkplug.DataSet.$Shape} DataSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.DataSet & gridwarden.sparkplug.DataSet.$Shape;
        }

        namespace DataSet {

            /** Properties of a DataSet. */
            interface $Properties {

                /** DataSet numOfColumns */
                numOfColumns?: (number|Long|null);

                /** DataSet columns */
                columns?: (string[]|null);

                /** DataSet types */
                types?: (number[]|null);

                /** DataSet rows */
                rows?: (gridwarden.sparkplug.DataSet.Row.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DataSet. */
            type $Shape = {
              numOfColumns?: number|Long|null;
              columns?: string[]|null;
              types?: number[]|null;
              rows?: gridwarden.sparkplug.DataSet.Row.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };

            /**
             * Properties of a Row.
             * @deprecated Use gridwarden.sparkplug.DataSet.Row.$Properties instead.
             */
            interface IRow extends gridwarden.sparkplug.DataSet.Row.$Properties {
            }

            /** Represents a Row. */
            class Row {

                /**
                 * Constructs a new Row.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: gridwarden.sparkplug.DataSet.Row.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Row elements. */
                elements: gridwarden.sparkplug.DataSet.DataSetValue.$Properties[];

                /**
                 * Encodes the specified Row message. Does not implicitly {@link gridwarden.sparkplug.DataSet.Row.verify|verify} messages.
                 * @param message Row message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: gridwarden.sparkplug.DataSet.Row.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Row message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.DataSet.Row & gridwarden.sparkplug.DataSet.Row.$Shape} Row
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.DataSet.Row & gridwarden.sparkplug.DataSet.Row.$Shape;
            }

            namespace Row {

                /** Properties of a Row. */
                interface $Properties {

                    /** Row elements */
                    elements?: (gridwarden.sparkplug.DataSet.DataSetValue.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Row. */
                type $Shape = {
                  elements?: gridwarden.sparkplug.DataSet.DataSetValue.$Shape[]|null;
                  $unknowns?: Uint8Array[];
                };
            }

            /**
             * Properties of a DataSetValue.
             * @deprecated Use gridwarden.sparkplug.DataSet.DataSetValue.$Properties instead.
             */
            interface IDataSetValue extends gridwarden.sparkplug.DataSet.DataSetValue.$Properties {
            }

            /** Represents a DataSetValue. */
            class DataSetValue {

                /**
                 * Constructs a new DataSetValue.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: gridwarden.sparkplug.DataSet.DataSetValue.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** DataSetValue intValue. */
                intValue?: (number|null);

                /** DataSetValue longValue. */
                longValue?: (number|Long|null);

                /** DataSetValue floatValue. */
                floatValue?: (number|null);

                /** DataSetValue doubleValue. */
                doubleValue?: (number|null);

                /** DataSetValue booleanValue. */
                booleanValue?: (boolean|null);

                /** DataSetValue stringValue. */
                stringValue?: (string|null);

                /** DataSetValue value. */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                /**
                 * Encodes the specified DataSetValue message. Does not implicitly {@link gridwarden.sparkplug.DataSet.DataSetValue.verify|verify} messages.
                 * @param message DataSetValue message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: gridwarden.sparkplug.DataSet.DataSetValue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a DataSetValue message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.DataSet.DataSetValue & gridwarden.sparkplug.DataSet.DataSetValue.$Shape} DataSetValue
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.DataSet.DataSetValue & gridwarden.sparkplug.DataSet.DataSetValue.$Shape;
            }

            namespace DataSetValue {

                /** Properties of a DataSetValue. */
                interface $Properties {

                    /** DataSetValue intValue */
                    intValue?: (number|null);

                    /** DataSetValue longValue */
                    longValue?: (number|Long|null);

                    /** DataSetValue floatValue */
                    floatValue?: (number|null);

                    /** DataSetValue doubleValue */
                    doubleValue?: (number|null);

                    /** DataSetValue booleanValue */
                    booleanValue?: (boolean|null);

                    /** DataSetValue stringValue */
                    stringValue?: (string|null);

                    /** DataSetValue value */
                    value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a DataSetValue. */
                type $Shape = {
                  intValue?: number|null;
                  longValue?: number|Long|null;
                  floatValue?: number|null;
                  doubleValue?: number|null;
                  booleanValue?: boolean|null;
                  stringValue?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                );
            }
        }

        /**
         * Properties of a Template.
         * @deprecated Use gridwarden.sparkplug.Template.$Properties instead.
         */
        interface ITemplate extends gridwarden.sparkplug.Template.$Properties {
        }

        /** Represents a Template. */
        class Template {

            /**
             * Constructs a new Template.
             * @param [properties] Properties to set
             */
            constructor(properties?: gridwarden.sparkplug.Template.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Template version. */
            version: string;

            /** Template metrics. */
            metrics: gridwarden.sparkplug.Metric.$Properties[];

            /** Template parameters. */
            parameters: gridwarden.sparkplug.Template.Parameter.$Properties[];

            /** Template templateRef. */
            templateRef: string;

            /** Template isDefinition. */
            isDefinition: boolean;

            /**
             * Encodes the specified Template message. Does not implicitly {@link gridwarden.sparkplug.Template.verify|verify} messages.
             * @param message Template message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: gridwarden.sparkplug.Template.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Template message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {gridwarden.sparkplug.Template & gridwarden.sparkplug.Template.$Shape} Template
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.Template & gridwarden.sparkplug.Template.$Shape;
        }

        namespace Template {

            /** Properties of a Template. */
            interface $Properties {

                /** Template version */
                version?: (string|null);

                /** Template metrics */
                metrics?: (gridwarden.sparkplug.Metric.$Properties[]|null);

                /** Template parameters */
                parameters?: (gridwarden.sparkplug.Template.Parameter.$Properties[]|null);

                /** Template templateRef */
                templateRef?: (string|null);

                /** Template isDefinition */
                isDefinition?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Template. */
            type $Shape = {
              version?: string|null;
              metrics?: gridwarden.sparkplug.Metric.$Shape[]|null;
              parameters?: gridwarden.sparkplug.Template.Parameter.$Shape[]|null;
              templateRef?: string|null;
              isDefinition?: boolean|null;
              $unknowns?: Uint8Array[];
            };

            /**
             * Properties of a Parameter.
             * @deprecated Use gridwarden.sparkplug.Template.Parameter.$Properties instead.
             */
            interface IParameter extends gridwarden.sparkplug.Template.Parameter.$Properties {
            }

            /** Represents a Parameter. */
            class Parameter {

                /**
                 * Constructs a new Parameter.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: gridwarden.sparkplug.Template.Parameter.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Parameter name. */
                name: string;

                /** Parameter type. */
                type: number;

                /** Parameter intValue. */
                intValue?: (number|null);

                /** Parameter longValue. */
                longValue?: (number|Long|null);

                /** Parameter floatValue. */
                floatValue?: (number|null);

                /** Parameter doubleValue. */
                doubleValue?: (number|null);

                /** Parameter booleanValue. */
                booleanValue?: (boolean|null);

                /** Parameter stringValue. */
                stringValue?: (string|null);

                /** Parameter value. */
                value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                /**
                 * Encodes the specified Parameter message. Does not implicitly {@link gridwarden.sparkplug.Template.Parameter.verify|verify} messages.
                 * @param message Parameter message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: gridwarden.sparkplug.Template.Parameter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Parameter message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {gridwarden.sparkplug.Template.Parameter & gridwarden.sparkplug.Template.Parameter.$Shape} Parameter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): gridwarden.sparkplug.Template.Parameter & gridwarden.sparkplug.Template.Parameter.$Shape;
            }

            namespace Parameter {

                /** Properties of a Parameter. */
                interface $Properties {

                    /** Parameter name */
                    name?: (string|null);

                    /** Parameter type */
                    type?: (number|null);

                    /** Parameter intValue */
                    intValue?: (number|null);

                    /** Parameter longValue */
                    longValue?: (number|Long|null);

                    /** Parameter floatValue */
                    floatValue?: (number|null);

                    /** Parameter doubleValue */
                    doubleValue?: (number|null);

                    /** Parameter booleanValue */
                    booleanValue?: (boolean|null);

                    /** Parameter stringValue */
                    stringValue?: (string|null);

                    /** Parameter value */
                    value?: ("intValue"|"longValue"|"floatValue"|"doubleValue"|"booleanValue"|"stringValue");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Parameter. */
                type $Shape = {
                  name?: string|null;
                  type?: number|null;
                  intValue?: number|null;
                  longValue?: number|Long|null;
                  floatValue?: number|null;
                  doubleValue?: number|null;
                  booleanValue?: boolean|null;
                  stringValue?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ value?: undefined; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "intValue"; intValue: number; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "longValue"; intValue?: null; longValue: number|Long; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "floatValue"; intValue?: null; longValue?: null; floatValue: number; doubleValue?: null; booleanValue?: null; stringValue?: null }|{ value?: "doubleValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue: number; booleanValue?: null; stringValue?: null }|{ value?: "booleanValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue: boolean; stringValue?: null }|{ value?: "stringValue"; intValue?: null; longValue?: null; floatValue?: null; doubleValue?: null; booleanValue?: null; stringValue: string })
                );
            }
        }
    }
}
